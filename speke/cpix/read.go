package cpix

// MaxSize is how many bytes a document that Read takes may have.
const MaxSize = 1 << 20

// Read gives the document that data holds, in UTF-8 or UTF-16 and at most MaxSize bytes
// long. Its errors wrap ErrMalformed.
func Read(data []byte) (*Document, error) { return ReadLimit(data, MaxSize) }

// ReadLimit is Read with another limit, in bytes. What it allocates is bounded by a
// small multiple of len(data).
func ReadLimit(data []byte, limit int) (*Document, error) { return new(Reader).read(data, limit) }

func (r *Reader) read(data []byte, limit int) (*Document, error) {
	if len(data) > limit {
		return nil, malformed("", "%d bytes, more than the %d that are allowed", len(data), limit)
	}
	r.begin(data)
	d := r.document()
	if r.err != nil {
		return nil, r.err
	}
	return d, nil
}

func (r *Reader) document() *Document {
	if r.next() != startTag {
		return nil
	}
	if r.name != (name{nsCPIX, "CPIX"}) {
		r.fail("root element %q, which is not CPIX in %s", clip(r.name.local), uriCPIX)
	}
	d := &Document{ContentID: r.attr("contentId"), Version: r.attr("version"), ID: r.attr("id")}
	for own := r.depth(); r.child(own); {
		switch r.name {
		case name{nsCPIX, "DeliveryDataList"}:
			d.DeliveryData = list(r, &r.recipients, "DeliveryData", (*Reader).deliveryData)
		case name{nsCPIX, "ContentKeyList"}:
			d.ContentKeys = list(r, &r.contentKeys, "ContentKey", (*Reader).contentKey)
		case name{nsCPIX, "DRMSystemList"}:
			d.DRMSystems = list(r, &r.drmSystems, "DRMSystem", (*Reader).drmSystem)
		case name{nsCPIX, "ContentKeyPeriodList"}:
			d.Periods = list(r, &r.periods, "ContentKeyPeriod", (*Reader).period)
		case name{nsCPIX, "ContentKeyUsageRuleList"}:
			d.UsageRules = list(r, &r.usageRules, "ContentKeyUsageRule", (*Reader).usageRule)
		}
	}
	r.next() // what follows the root element is checked, too
	return d
}

// list reads the children of the open element that are called item; the result is never
// nil. It holds all that the pool made: a list that comes in two elements is one.
func list[T any](r *Reader, items *pool[T], item string, read func(*Reader, *T)) []*T {
	for own := r.depth(); r.child(own); {
		if r.name == (name{nsCPIX, item}) {
			read(r, items.one())
		}
	}
	if len(items.made) == 0 {
		return []*T{}
	}
	return items.from(0)
}
