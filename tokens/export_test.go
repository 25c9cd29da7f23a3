package tokens

// KeySets are the keys that sign each format's tokens.
func (i *Issuer) KeySets() map[string]*KeySet {
	sets := make(map[string]*KeySet, len(i.offers))
	for name, o := range i.offers {
		sets[name] = o.set
	}
	return sets
}
