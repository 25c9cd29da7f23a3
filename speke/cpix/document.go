package cpix

// A Text is the value of an attribute, or the text of an element, if it is present.
// Elements' text stands without the white space around it.
type Text struct {
	Value   string
	Present bool
}

// NewText is a Text that is present.
func NewText(value string) Text { return Text{value, true} }

// A Document is a CPIX element. A nil list is one that the document lacks; an empty one
// is there without anything in it. The entries of a list are never nil.
//
// The strings of a Document that was read share memory with a copy of all of it:
// strings.Clone what is kept for longer.
type Document struct {
	ContentID Text // @contentId
	Version   Text // @version: "2.3" for SPEKE 2.0, "2.4" for 2.1, absent for 1.0
	// ID is @id: the content ID of SPEKE 1.0, which has no version. It is not written
	// where there is a Version.
	ID Text

	DeliveryData []*DeliveryData
	ContentKeys  []*ContentKey
	DRMSystems   []*DRMSystem
	Periods      []*ContentKeyPeriod
	UsageRules   []*ContentKeyUsageRule
}

// A DRMSystem is the signaling of one DRM system for one content key. Of its elements
// those that are present were asked for.
type DRMSystem struct {
	KID           Text // @kid
	SystemID      Text // @systemId, a UUID in either letter case
	HLSAllowedCPC Text // @HLSAllowedCPC (CPIX 2.4)

	PSSH                                Text // base64 of a pssh box
	ContentProtectionData               *ContentProtectionData
	URIExtXKey                          Text // base64 of a URI (before CPIX 2.3)
	HLSSignalingData                    []*HLSSignalingData
	SmoothStreamingProtectionHeaderData Text // base64 of a PlayReady Object

	// The elements of SPEKE 1.0's own namespace. They are not written where the document
	// has a Version.
	KeyFormat         Text // base64 of the KEYFORMAT of EXT-X-KEY
	KeyFormatVersions Text // base64 of its KEYFORMATVERSIONS
	ProtectionHeader  Text // base64 of a PlayReady Object
}

// A ContentProtectionData is base64 of the XML that goes into the ContentProtection
// element of a DASH manifest.
type ContentProtectionData struct {
	Robustness Text // @robustness (CPIX 2.4)
	Value      string
}

// An HLSSignalingData is base64 of the lines that go into an HLS playlist.
type HLSSignalingData struct {
	Playlist Text // @playlist: media, or master, which CPIX 2.4 calls multiVariant
	Value    string
}

// A ContentKeyUsageRule says what a content key is used for.
type ContentKeyUsageRule struct {
	KID               Text // @kid
	IntendedTrackType Text // @intendedTrackType
	KeyPeriodFilters  []*KeyPeriodFilter
	// Filters are the others, in the order in which they came.
	Filters []*Filter
}

// A KeyPeriodFilter ties a usage rule to a ContentKeyPeriod.
type KeyPeriodFilter struct {
	PeriodID Text // @periodId
}

// A Filter ties a usage rule to some of the tracks.
type Filter struct {
	// Kind is the element's name: VideoFilter, AudioFilter, LabelFilter or BitrateFilter.
	Kind string
	// Attrs are its attributes, in the order in which they came.
	Attrs []Attr
}

// An Attr is an attribute without a namespace; Name is an XML name.
type Attr struct {
	Name, Value string
}
