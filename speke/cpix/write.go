package cpix

import (
	"encoding/base64"
	"slices"
)

// Append appends the document, in UTF-8 with an XML declaration and no white space
// between elements. Lists and elements stand in the order of the CPIX schema, prefixes
// are cpix, pskc and ds, and only those that are used are declared. Whatever is present
// is written, even if empty. What XML 1.0 cannot hold becomes U+FFFD.
//
// It reveals the content keys, in base64.
func (d *Document) Append(dst []byte) []byte {
	w := writer(append(dst, `<?xml version="1.0" encoding="UTF-8"?>`...))
	w.root(d)
	appendList(&w, "cpix:DeliveryDataList", d.DeliveryData, (*writer).deliveryData)
	appendList(&w, "cpix:ContentKeyList", d.ContentKeys, (*writer).contentKey)
	appendList(&w, "cpix:DRMSystemList", d.DRMSystems, (*writer).drmSystem)
	appendList(&w, "cpix:ContentKeyPeriodList", d.Periods, (*writer).period)
	appendList(&w, "cpix:ContentKeyUsageRuleList", d.UsageRules, (*writer).usageRule)
	w.end("cpix:CPIX")
	return w
}

func (w *writer) root(d *Document) {
	w.start("cpix:CPIX")
	w.attr("xmlns:cpix", NewText(nsCPIX))
	if slices.ContainsFunc(d.ContentKeys, func(k *ContentKey) bool { return k.Key != nil }) {
		w.attr("xmlns:pskc", NewText(nsPSKC))
	}
	if slices.ContainsFunc(d.DeliveryData, func(r *DeliveryData) bool { return r.Certificates != nil }) {
		w.attr("xmlns:ds", NewText(nsDS))
	}
	w.attr("contentId", d.ContentID)
	if !d.Version.Present {
		w.attr("id", d.ID)
	}
	w.attr("version", d.Version)
	w.content()
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

func (w *writer) deliveryData(d *DeliveryData) {
	w.start("cpix:DeliveryData")
	w.attr("id", d.ID)
	w.content()
	if d.Certificates != nil {
		*w = append(*w, "<cpix:DeliveryKey><ds:X509Data>"...)
		for _, cert := range d.Certificates {
			w.leaf("ds:X509Certificate", NewText(cert))
		}
		*w = append(*w, "</ds:X509Data></cpix:DeliveryKey>"...)
	}
	w.end("cpix:DeliveryData")
}

func (w *writer) contentKey(k *ContentKey) {
	w.start("cpix:ContentKey")
	w.attr("kid", k.KID)
	w.attr("commonEncryptionScheme", k.Scheme)
	w.attr("explicitIV", k.ExplicitIV)
	if k.HDCP == nil && k.Key == nil {
		w.text("", "")
		return
	}
	w.content()
	if k.HDCP != nil {
		w.hdcpData(k.HDCP)
	}
	if k.Key != nil {
		*w = append(*w, "<cpix:Data><pskc:Secret><pskc:PlainValue>"...)
		*w = base64.StdEncoding.AppendEncode(*w, k.Key())
		*w = append(*w, "</pskc:PlainValue></pskc:Secret></cpix:Data>"...)
	}
	w.end("cpix:ContentKey")
}

func (w *writer) hdcpData(h *HDCPData) {
	w.start("cpix:HDCPData")
	w.attr("HLSHDCPLevel", h.HLSLevel)
	w.content()
	w.leaf("cpix:HDCPOutputProtectionData", h.OutputProtection)
	w.end("cpix:HDCPData")
}
