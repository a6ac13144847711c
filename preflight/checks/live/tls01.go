package live

import "github.com/ba-assistant/ba-assistant/preflight"

var tls01 = measured(preflight.Rule{
	ID:      "TLS-01",
	Title:   "The certificate does not hold",
	Level:   preflight.Fail,
	Rows:    []string{"P8", "C3", "R8", "V8", "P8w1", "P8w3", "P8w4"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Browsers show a warning page instead of the site, and apps refuse to connect.",
	Fix:     "Let the platform issue the certificate again after the DNS record points to it; renew before it ends.",
	Verify:  "openssl s_client -connect app.example.com:443 -servername app.example.com </dev/null",
	FixCost: "1 hour",
	Cost:    preflight.Medium,
	Detect:  "One handshake with the host name: chain, names, dates, protocol version. Fewer than 14 days left is a warning.",
	Silent:  "Addresses given as http.",
	Bad:     "the certificate of app.example.com is for *.up.railway.app",
	Good:    "the certificate of app.example.com is valid until 20 Jan 2027",
})
