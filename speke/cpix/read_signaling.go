package cpix

func (r reader) drmSystem() *DRMSystem {
	s := &DRMSystem{
		KID:           r.attr("kid"),
		SystemID:      r.attr("systemId"),
		HLSAllowedCPC: r.attr("HLSAllowedCPC"),
	}
	for name := range r.children(nsCPIX) {
		switch name {
		case "PSSH":
			s.PSSH = r.text()
		case "ContentProtectionData":
			s.ContentProtectionData = &ContentProtectionData{Robustness: r.attr("robustness"), Value: r.content()}
		case "URIExtXKey":
			s.URIExtXKey = r.text()
		case "HLSSignalingData":
			s.HLSSignalingData = append(s.HLSSignalingData, &HLSSignalingData{Playlist: r.attr("playlist"), Value: r.content()})
		case "SmoothStreamingProtectionHeaderData":
			s.SmoothStreamingProtectionHeaderData = r.text()
		}
	}
	return s
}

func (r reader) period() *ContentKeyPeriod {
	return &ContentKeyPeriod{
		ID:          r.attr("id"),
		Index:       r.attr("index"),
		Start:       r.attr("start"),
		End:         r.attr("end"),
		StartOffset: r.attr("startOffset"),
		EndOffset:   r.attr("endOffset"),
	}
}

func (r reader) usageRule() *ContentKeyUsageRule {
	u := &ContentKeyUsageRule{KID: r.attr("kid"), IntendedTrackType: r.attr("intendedTrackType")}
	for name := range r.children(nsCPIX) {
		switch name {
		case "KeyPeriodFilter":
			u.KeyPeriodFilters = append(u.KeyPeriodFilters, &KeyPeriodFilter{PeriodID: r.attr("periodId")})
		case "VideoFilter", "AudioFilter", "LabelFilter", "BitrateFilter":
			u.Filters = append(u.Filters, r.filter(name))
		}
	}
	return u
}

func (r reader) filter(kind string) *Filter {
	f := &Filter{Kind: kind}
	for i := range r.attrs {
		if a := &r.attrs[i]; a.name.space == "" {
			f.Attrs = append(f.Attrs, Attr{a.name.local, a.value})
		}
	}
	return f
}
