// Package e2e tries keyrotor with the programs that its users run: ffmpeg makes a
// stream, shaka-packager encrypts it with keys it was given, and the check here
// deciphers every sample again and compares it with the same stream packaged clear.
//
// What is exported is for the tests of this package. It needs ffmpeg in PATH and the
// packager that `make test` installs below node_modules; without them a test fails
// and says so.
package e2e
