package signaling

// Settings are a channel's signaling settings. The zero value is complete; it supports
// every system but HLS AES-128.
type Settings struct {
	Widevine  WidevineSettings  `yaml:"widevine"`
	PlayReady PlayReadySettings `yaml:"playready"`
	FairPlay  FairPlaySettings  `yaml:"fairplay"`
	ClearKey  ClearKeySettings  `yaml:"clearkey"`
	AES128    AES128Settings    `yaml:"aes128"`
}

// WidevineSettings decide which optional fields a Widevine header carries.
type WidevineSettings struct {
	// Provider is the content provider's name at the licence service. Empty leaves the
	// field out.
	Provider string `yaml:"provider"`
	// ContentID is the content's name at the licence service. Empty means Key.ContentID.
	ContentID string `yaml:"content_id"`
	// PeriodFields adds the key period's index and length. Off by default: the index is
	// Key.PeriodIndex, which a licence service rarely knows.
	PeriodFields bool `yaml:"period_fields"`
}

// PlayReadySettings decide which optional elements a PlayReady Header carries. What is
// empty is left out.
type PlayReadySettings struct {
	// LAURL is where players get licences without asking anybody: an http or https URL.
	LAURL string `yaml:"la_url"`
	// LUIURL is the page on which people get licences.
	LUIURL string `yaml:"lui_url"`
	// CustomAttributes is what stands inside CUSTOMATTRIBUTES: canonical XML, which
	// reaches the licence server as it is.
	CustomAttributes string `yaml:"custom_attributes"`
	// DecryptorSetup is "ONDEMAND" where players shall not wait for the licence before
	// they set up playback. Under cenc it takes a header of version 4.1, which players of
	// before 2011 do not read.
	DecryptorSetup string `yaml:"decryptor_setup"`
}

// FairPlaySettings say how a playlist names a key to a player's FairPlay code.
type FairPlaySettings struct {
	// URI is a template with {kid}, {kid_hex}, {channel}, {content_id}, {iv} and {json}
	// (base64 of {"ContentId","KeyId","IV"}), of which one names the KID. Empty means
	// skd://{kid}.
	URI string `yaml:"uri"`
}

// ClearKeySettings say where a player gets Clear Key licences.
type ClearKeySettings struct {
	// Laurl is a template of an http or https URL with {channel}, {content_id}, {kid} and
	// {kid_hex}. Players prefer it to what they are configured with. Empty leaves it out.
	Laurl string `yaml:"laurl"`
}

// AES128Settings say where a player gets the keys of HLS AES-128.
type AES128Settings struct {
	// URI is a template of an http or https URL with {channel}, {content_id}, {kid} and
	// {kid_hex}, of which one names the KID. Empty means that the system is not supported.
	URI string `yaml:"uri"`
}
