package cpix

import "slices"

// Append appends the document, in UTF-8 with an XML declaration and no white space
// between elements. Lists and elements stand in the order of the CPIX schema, but Filters in
// their own (testdata/cpix.rng has all of it); prefixes are cpix, pskc, ds, enc and speke, and
// only those that are used are declared. Whatever is present is written, even if empty, but
// what belongs to SPEKE 1.0 alone is not written beside a Version. What XML 1.0 cannot hold
// becomes U+FFFD.
//
// It reveals the content keys, in base64, unless there is a DeliveryDataList: then it
// writes those that Encrypt has encrypted, and no others.
func (d *Document) Append(dst []byte) []byte {
	w := writer{buf: slices.Grow(dst, d.sizeHint()), doc: d}
	w.raw(`<?xml version="1.0" encoding="UTF-8"?>`)
	w.root()
	appendList(&w, "cpix:DeliveryDataList", d.DeliveryData, (*writer).deliveryData)
	appendList(&w, "cpix:ContentKeyList", d.ContentKeys, (*writer).contentKey)
	appendList(&w, "cpix:DRMSystemList", d.DRMSystems, (*writer).drmSystem)
	appendList(&w, "cpix:ContentKeyPeriodList", d.Periods, (*writer).period)
	appendList(&w, "cpix:ContentKeyUsageRuleList", d.UsageRules, (*writer).usageRule)
	w.end("cpix:CPIX")
	return w.buf
}

// sizeHint is about how many bytes Append writes: more, unless values are unusually long.
func (d *Document) sizeHint() int {
	const root, recipient, entry, line = 1024, 4096, 512, 128
	size := root + recipient*len(d.DeliveryData) + entry*(len(d.ContentKeys)+len(d.Periods)+len(d.UsageRules))
	for _, s := range d.DRMSystems {
		size += entry + len(s.PSSH.Value) + len(s.SmoothStreamingProtectionHeaderData.Value) + len(s.ProtectionHeader.Value)
		if c := s.ContentProtectionData; c != nil {
			size += line + len(c.Value)
		}
		for _, h := range s.HLSSignalingData {
			size += line + len(h.Value)
		}
	}
	return size
}

func (w *writer) root() {
	d := w.doc
	w.start("cpix:CPIX")
	w.declare("cpix", uriCPIX, true)
	w.declare("pskc", uriPSKC, slices.ContainsFunc(d.ContentKeys, w.hasData) || slices.ContainsFunc(d.DeliveryData, hasKeys))
	w.declare("ds", uriDS, slices.ContainsFunc(d.DeliveryData, func(r *DeliveryData) bool { return r.Certificates != nil }))
	w.declare("enc", uriENC, slices.ContainsFunc(d.ContentKeys, w.writesEncrypted) || slices.ContainsFunc(d.DeliveryData, hasKeys))
	w.declare("speke", uriSPEKE, slices.ContainsFunc(d.DRMSystems, w.hasSPEKE))
	w.attr("contentId", d.ContentID)
	if !d.Version.Present {
		w.attr("id", d.ID)
	}
	w.attr("version", d.Version)
	w.content()
}

// declare declares a namespace if it is used.
func (w *writer) declare(prefix, uri string, used bool) {
	if used {
		w.buf = append(append(append(append(append(w.buf, " xmlns:"...), prefix...), `="`...), uri...), '"')
	}
}

// appendList writes a list, unless it is nil.
func appendList[T any](w *writer, name string, items []*T, write func(*writer, *T)) {
	if items == nil {
		return
	}
	w.start(name)
	w.content()
	for _, item := range items {
		write(w, item)
	}
	w.end(name)
}
