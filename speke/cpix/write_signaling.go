package cpix

func (w *writer) drmSystem(s *DRMSystem) {
	w.start("cpix:DRMSystem")
	w.attr("kid", s.KID)
	w.attr("systemId", s.SystemID)
	w.attr("HLSAllowedCPC", s.HLSAllowedCPC)
	w.content()
	w.leaf("cpix:PSSH", s.PSSH)
	if c := s.ContentProtectionData; c != nil {
		w.start("cpix:ContentProtectionData")
		w.attr("robustness", c.Robustness)
		w.text("cpix:ContentProtectionData", c.Value)
	}
	w.leaf("cpix:URIExtXKey", s.URIExtXKey)
	for _, h := range s.HLSSignalingData {
		w.start("cpix:HLSSignalingData")
		w.attr("playlist", h.Playlist)
		w.text("cpix:HLSSignalingData", h.Value)
	}
	w.leaf("cpix:SmoothStreamingProtectionHeaderData", s.SmoothStreamingProtectionHeaderData)
	if w.hasSPEKE(s) {
		w.leaf("speke:KeyFormat", s.KeyFormat)
		w.leaf("speke:KeyFormatVersions", s.KeyFormatVersions)
		w.leaf("speke:ProtectionHeader", s.ProtectionHeader)
	}
	w.end("cpix:DRMSystem")
}

// hasSPEKE reports whether elements of SPEKE 1.0's own namespace are written.
func (w *writer) hasSPEKE(s *DRMSystem) bool {
	return !w.doc.Version.Present && (s.KeyFormat.Present || s.KeyFormatVersions.Present || s.ProtectionHeader.Present)
}

func (w *writer) period(p *ContentKeyPeriod) {
	w.start("cpix:ContentKeyPeriod")
	w.attr("id", p.ID)
	w.attr("index", p.Index)
	w.attr("start", p.Start)
	w.attr("end", p.End)
	w.attr("startOffset", p.StartOffset)
	w.attr("endOffset", p.EndOffset)
	w.text("", "")
}

func (w *writer) usageRule(u *ContentKeyUsageRule) {
	w.start("cpix:ContentKeyUsageRule")
	w.attr("kid", u.KID)
	w.attr("intendedTrackType", u.IntendedTrackType)
	w.content()
	for _, f := range u.KeyPeriodFilters {
		w.start("cpix:KeyPeriodFilter")
		w.attr("periodId", f.PeriodID)
		w.text("", "")
	}
	for _, f := range u.Filters {
		w.start("cpix:")
		w.raw(f.Kind)
		for _, a := range f.Attrs {
			w.attr(a.Name, NewText(a.Value))
		}
		w.text("", "")
	}
	w.end("cpix:ContentKeyUsageRule")
}
