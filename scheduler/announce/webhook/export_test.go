package webhook

// What the tests of this package see of it besides what is exported.
var Signatures = signatures
