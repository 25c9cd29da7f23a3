package cpix

// MaxSize is how many bytes a document that Read takes may have.
const MaxSize = 1 << 20

// Read gives the document that data holds, in UTF-8 or UTF-16 and at most MaxSize bytes
// long. Its errors wrap ErrMalformed.
func Read(data []byte) (*Document, error) { return ReadLimit(data, MaxSize) }

// ReadLimit is Read with another limit, in bytes. What it allocates is bounded by a
// small multiple of len(data).
func ReadLimit(data []byte, limit int) (*Document, error) {
	if len(data) > limit {
		return nil, malformed("", "%d bytes, more than the %d that are allowed", len(data), limit)
	}
	r := reader{newScanner(data)}
	d := r.document()
	if r.err != nil {
		return nil, r.err
	}
	return d, nil
}

func (r reader) document() *Document {
	if r.next() != startTag {
		return nil
	}
	if r.name != (name{nsCPIX, "CPIX"}) {
		r.fail("root element %q, which is not CPIX in %s", clip(r.name.local), nsCPIX)
	}
	d := &Document{ContentID: r.attr("contentId"), Version: r.attr("version"), ID: r.attr("id")}
	for name := range r.children(nsCPIX) {
		switch name {
		case "DeliveryDataList":
			d.DeliveryData = list(r, d.DeliveryData, "DeliveryData", reader.deliveryData)
		case "ContentKeyList":
			d.ContentKeys = list(r, d.ContentKeys, "ContentKey", reader.contentKey)
		case "DRMSystemList":
			d.DRMSystems = list(r, d.DRMSystems, "DRMSystem", reader.drmSystem)
		case "ContentKeyPeriodList":
			d.Periods = list(r, d.Periods, "ContentKeyPeriod", reader.period)
		case "ContentKeyUsageRuleList":
			d.UsageRules = list(r, d.UsageRules, "ContentKeyUsageRule", reader.usageRule)
		}
	}
	r.next() // what follows the root element is checked, too
	return d
}

// list adds the children of the open element that are called item; the result is never
// nil. A list that comes in two elements is one.
func list[T any](r reader, items []*T, item string, read func(reader) *T) []*T {
	if items == nil {
		items = []*T{}
	}
	for name := range r.children(nsCPIX) {
		if name == item {
			items = append(items, read(r))
		}
	}
	return items
}

func (r reader) deliveryData() *DeliveryData {
	d := &DeliveryData{ID: r.attr("id")}
	for name := range r.children(nsCPIX) {
		if name == "DeliveryKey" {
			d.Certificates = r.certificates(d.Certificates)
		}
	}
	return d
}

// certificates adds those of each ds:X509Data in the open element.
func (r reader) certificates(known []string) []string {
	for name := range r.children(nsDS) {
		switch name {
		case "X509Data":
			known = r.certificates(known)
		case "X509Certificate":
			known = append(known, r.content())
		}
	}
	return known
}

func (r reader) contentKey() *ContentKey {
	k := &ContentKey{
		KID:        r.attr("kid"),
		Scheme:     r.attr("commonEncryptionScheme"),
		ExplicitIV: r.attr("explicitIV"),
	}
	for name := range r.children(nsCPIX) {
		switch name {
		case "HDCPData":
			k.HDCP = r.hdcpData()
		case "Data":
			k.Key = r.plainValue()
		}
	}
	return k
}

func (r reader) hdcpData() *HDCPData {
	h := &HDCPData{HLSLevel: r.attr("HLSHDCPLevel")}
	for name := range r.children(nsCPIX) {
		if name == "HDCPOutputProtectionData" {
			h.OutputProtection = r.text()
		}
	}
	return h
}

// plainValue gives the key of the pskc:Secret in the open element, or nil.
func (r reader) plainValue() (key func() []byte) {
	for name := range r.children(nsPSKC) {
		switch name {
		case "Secret":
			key = r.plainValue()
		case "PlainValue":
			key = r.key()
		}
	}
	return key
}

// key gives the key that the open element holds in base64, or nil if it is empty.
func (r reader) key() func() []byte {
	bytes, err := DecodeBase64(r.content())
	if err != nil {
		r.fail("PlainValue: %v", err)
	}
	if len(bytes) == 0 {
		return nil
	}
	return func() []byte { return bytes }
}
