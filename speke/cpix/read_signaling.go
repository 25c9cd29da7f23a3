package cpix

func (r *Reader) drmSystem(s *DRMSystem) {
	s.KID = r.attr("kid")
	s.SystemID = r.attr("systemId")
	s.HLSAllowedCPC = r.attr("HLSAllowedCPC")
	lines := len(r.hls.made)
	for own := r.depth(); r.child(own); {
		switch r.name {
		case name{nsCPIX, "PSSH"}:
			s.PSSH = r.text()
		case name{nsCPIX, "ContentProtectionData"}:
			s.ContentProtectionData = r.contentProtectionData()
		case name{nsCPIX, "URIExtXKey"}:
			s.URIExtXKey = r.text()
		case name{nsCPIX, "HLSSignalingData"}:
			line := r.hls.one()
			line.Playlist, line.Value = r.attr("playlist"), r.content()
		case name{nsCPIX, "SmoothStreamingProtectionHeaderData"}:
			s.SmoothStreamingProtectionHeaderData = r.text()
		case name{nsSPEKE, "KeyFormat"}:
			s.KeyFormat = r.text()
		case name{nsSPEKE, "KeyFormatVersions"}:
			s.KeyFormatVersions = r.text()
		case name{nsSPEKE, "ProtectionHeader"}:
			s.ProtectionHeader = r.text()
		}
	}
	s.HLSSignalingData = r.hls.from(lines)
}

func (r *Reader) contentProtectionData() *ContentProtectionData {
	c := r.protections.one()
	c.Robustness, c.Value = r.attr("robustness"), r.content()
	return c
}

func (r *Reader) period(p *ContentKeyPeriod) {
	p.ID = r.attr("id")
	p.Index = r.attr("index")
	p.Start = r.attr("start")
	p.End = r.attr("end")
	p.StartOffset = r.attr("startOffset")
	p.EndOffset = r.attr("endOffset")
}

func (r *Reader) usageRule(u *ContentKeyUsageRule) {
	u.KID = r.attr("kid")
	u.IntendedTrackType = r.attr("intendedTrackType")
	periods, others := len(r.periodFilters.made), len(r.filters.made)
	for own := r.depth(); r.child(own); {
		switch r.name {
		case name{nsCPIX, "KeyPeriodFilter"}:
			r.periodFilters.one().PeriodID = r.attr("periodId")
		case name{nsCPIX, "VideoFilter"}, name{nsCPIX, "AudioFilter"}, name{nsCPIX, "LabelFilter"}, name{nsCPIX, "BitrateFilter"}:
			r.filter(r.filters.one())
		}
	}
	u.KeyPeriodFilters, u.Filters = r.periodFilters.from(periods), r.filters.from(others)
}

func (r *Reader) filter(f *Filter) {
	f.Kind = r.name.local
	begin := len(r.filterAttrs)
	r.filterAttrs = append(r.filterAttrs, r.attrs...)
	if end := len(r.filterAttrs); end > begin {
		f.Attrs = r.filterAttrs[begin:end:end]
	}
}
