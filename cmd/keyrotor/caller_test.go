package main_test

import "testing"

// One credential's packagers are told apart, and none speaks as another credential's.
func TestAPackagerIsItsCredentialAndWhatItCallsItself(t *testing.T) {
	s := serve(t, fixture)
	s.send(s.request("POST", spekePath+"?encryptor=viewer", "packager", "<cpix"))
	s.expectLine(`msg="speke request refused"`, " packager=packager/viewer ")
	s.send(s.request("POST", spekePath, "packager", "<cpix"))
	s.expectLine(`msg="speke request refused"`, " packager=packager ")
}
