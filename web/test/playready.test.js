import assert from 'node:assert/strict';
import test from 'node:test';
import {playReadyChallenge} from '../playready.js';

const utf16 = (text) => Uint8Array.from(Buffer.from(text, 'utf16le')).buffer;

test('the challenge is taken out of Edge\'s XML, with its headers', () => {
  const {headers, body} = playReadyChallenge(utf16(`<PlayReadyKeyMessage type="LicenseAcquisition"><LicenseAcquisition Version="1">
    <Challenge encoding="base64encoded">PGE+Y2hhbGxlbmdlPC9hPg==</Challenge><HttpHeaders>
    <HttpHeader><name>Content-Type</name><value>text/xml; charset=utf-8</value></HttpHeader>
    <HttpHeader><name>SOAPAction</name><value>"http://schemas.microsoft.com/DRM/2007/03/protocols/AcquireLicense"</value></HttpHeader>
    </HttpHeaders></LicenseAcquisition></PlayReadyKeyMessage>`));
  assert.equal(Buffer.from(body).toString(), '<a>challenge</a>');
  assert.deepEqual(headers, {
    'Content-Type': 'text/xml; charset=utf-8',
    SOAPAction: '"http://schemas.microsoft.com/DRM/2007/03/protocols/AcquireLicense"',
  });
});

test('a challenge that is not wrapped is sent as it is', () => {
  const message = Uint8Array.from(Buffer.from('<soap:Envelope/>')).buffer;
  assert.deepEqual(playReadyChallenge(message), {headers: {'Content-Type': 'text/xml; charset=utf-8'}, body: message});
});
