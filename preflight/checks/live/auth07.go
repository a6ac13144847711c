package live

import "github.com/ba-assistant/ba-assistant/preflight"

var auth07 = measured(preflight.Rule{
	ID:      "AUTH-07",
	Title:   "The sign-in request that the site sends to the provider is wrong",
	Level:   preflight.Fail,
	Rows:    []string{"P1", "V1", "C1", "S3", "P1w1", "P1w2", "P10w3", "P8w2"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Nobody can sign in: the provider refuses the request, or sends people to an address that is not the site.",
	Fix:     "Build the redirect URI from the one public https address of the deployment, register exactly that URI with the provider, and send a fresh state.",
	Verify:  "Begin to sign in on the site and read redirect_uri in the address bar.",
	FixCost: "30 minutes",
	Cost:    preflight.Low,
	Detect:  "The route that starts a sign-in is asked twice without following it; the Location to the provider is read parameter by parameter: redirect_uri (https, a host of this deployment, a path that the application answers), client_id, response_type, state (present, long, different each time), PKCE.",
	Silent:  "No route that starts a sign-in; flows that the front end starts; ID-token sign-in.",
	Bad:     "GET https://app.example.com/auth/google/login -> 302\nLocation: an address of the provider whose redirect_uri is the callback on localhost:8000",
	Good:    "GET https://app.example.com/auth/google/login -> 302\nLocation: an address of the provider whose redirect_uri is the callback on app.example.com, with a new state and a code_challenge",
})
