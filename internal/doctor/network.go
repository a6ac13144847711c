package doctor

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight"
)

// unreachable is why a failed connection proves nothing: many networks do not
// lead their own machines back to their public address.
const unreachable = "the public address could not be reached from here, which may be the network's way: run preflight with it from elsewhere"

var origins = configured(rule("OWN-14", "Only named origins may call the API from a browser", preflight.Info, 0, "P4", "C2", "S7", "R4", "V4"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		all := f.Config.CORSOrigins
		if f.Config.FrontendURL != "" {
			all = append([]string{f.Config.FrontendURL}, all...)
		}
		if len(all) == 0 {
			return preflight.Pass("None but this instance: its pages have the same origin.")
		}
		return preflight.Pass("These, exactly: " + strings.Join(all, ", "))
	})

var transport = production(rule("OWN-15", "Plain http leads to https", preflight.Fail, preflight.Medium, "P8", "S8", "D4", "R8", "V8"),
	func(ctx context.Context, f *Facts) preflight.Outcome {
		u, err := url.Parse(f.Config.PublicURL)
		if err != nil || u.Port() != "" {
			return preflight.NotChecked("the public address has a port of its own, so there is no plain address beside it")
		}
		res, err := f.get(ctx, "http://"+u.Host+"/")
		var refused *net.OpError
		switch {
		case errors.As(err, &refused) && refused.Op == "dial" && !refused.Timeout():
			return preflight.NotChecked("nothing answers on port 80 from here")
		case err != nil:
			return preflight.NotChecked(unreachable)
		}
		defer res.Body.Close()
		if to := res.Header.Get("Location"); res.StatusCode >= 300 && res.StatusCode < 400 && strings.HasPrefix(to, "https://") {
			return preflight.Pass("http answers with " + res.Status + " to https.")
		}
		return preflight.Found(fault(preflight.Fail, "Plain http is answered", "http://"+u.Host+"/ answers "+res.Status+".", "Switch on the redirect of the platform or the proxy (nginx: return 301 https://$host$request_uri; Fly: force_https = true)."))
	})

// soon is how long before its end a certificate should have been renewed.
const soon = 14 * 24 * time.Hour

var certificate = production(rule("OWN-16", "The certificate is valid for the public address", preflight.Fail, preflight.Medium, "P8", "C3", "G5", "R8"),
	func(ctx context.Context, f *Facts) preflight.Outcome {
		res, err := f.get(ctx, f.Config.PublicURL+"/health/live")
		if err != nil {
			return untrusted(err)
		}
		defer res.Body.Close()
		if res.TLS == nil || len(res.TLS.PeerCertificates) == 0 {
			return preflight.NotChecked("no certificate was seen")
		}
		left := res.TLS.PeerCertificates[0].NotAfter.Sub(f.Now)
		until := fmt.Sprintf("It is valid for %d more days.", int(left.Hours()/24))
		if left < soon {
			return preflight.Found(fault(preflight.Warn, "The certificate ends soon", until, "Look why it was not renewed: OWN-29 where the program has the certificate, else the log of the proxy or the domain page of the platform."))
		}
		return preflight.Pass(until)
	})

// ownCertificate judges what the program itself keeps, which the log tells too.
var ownCertificate = production(rule("OWN-29", "The program's own certificate is renewed in time", preflight.Fail, preflight.Low, "P8", "C3", "G5", "R8"),
	func(ctx context.Context, f *Facts) preflight.Outcome {
		if !f.Config.OwnTLS() {
			return preflight.NotApplicable("a proxy or the platform has the certificate")
		}
		s, err := f.Certificate(ctx)
		if err != nil {
			return preflight.Found(fault(preflight.Fail, "The certificate cannot be read", ba.Explain(err), "Correct what it names; ba config shows the paths."))
		}
		next := ""
		if !s.Next.IsZero() {
			next = "Next try: " + s.Next.UTC().Format("2 January 2006, 15:04 UTC") + "."
		}
		switch {
		case !s.Valid(f.Now):
			return preflight.Found(fault(preflight.Fail, "There is no valid certificate for "+s.Host, s.Problem+" "+next, "Correct what it says; docs/recovery/https.md goes through the causes. Each try counts against the limits of the ACME server, so it is not asked more often."))
		case s.Problem != "":
			return preflight.Found(fault(preflight.Warn, "The certificate was not renewed", s.Problem+" "+next, "Correct what it says before "+s.Ends.UTC().Format("2 January 2006")+", when it ends."))
		}
		return preflight.Pass(fmt.Sprintf("It is from %s and valid for %d more days.", s.From, int(s.Ends.Sub(f.Now).Hours()/24)))
	})

func untrusted(err error) preflight.Outcome {
	var name *net.DNSError
	var cert *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return preflight.Found(fault(preflight.Fail, "The public address has no entry in the DNS", name.Name+" does not resolve.", "Add the A, AAAA or CNAME record that the platform asks for; a certificate is given only then."))
	case errors.As(err, &cert), errors.As(err, &authority):
		return preflight.Found(fault(preflight.Fail, "The certificate is not accepted", err.Error(), "Correct PUBLIC_URL, or get a certificate for its name: the proxy and the platforms of the kits do so by themselves once the DNS points to them."))
	}
	return preflight.NotChecked(unreachable)
}

func (f *Facts) get(ctx context.Context, address string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "ba-doctor")
	return f.Client.Do(r)
}

var proxies = production(rule("OWN-17", "The address of a caller is known", preflight.Warn, preflight.Low, "S5", "P8"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		if len(f.Config.TrustedProxies) > 0 {
			return preflight.Pass("Forwarded headers are believed from " + strings.Join(f.Config.TrustedProxies, ", ") + " and from nobody else.")
		}
		if e, known := f.Config.Edge(); known {
			return preflight.Pass(f.Config.Platform + "'s proxy tells it in " + e.Header + ". Nobody here can check that, so the limits at the door also hold for all callers together, twenty times as high.")
		}
		if f.Config.OwnTLS() {
			return preflight.Pass("No proxy stands in front: the address is that of the connection.")
		}
		if f.Config.Platform != "" {
			return preflight.Found(fault(preflight.Info, "All callers look like the platform's proxy", "The limits for sign-in count them together: 60 attempts a minute for everybody.", "Set TRUSTED_PROXIES to the networks of the platform's proxy, if it publishes them."))
		}
		if strings.HasPrefix(f.Config.ListenAddr, "127.") || f.Config.ListenAddr == "::1" || f.Config.ListenAddr == "localhost" {
			return preflight.Found(fault(preflight.Warn, "TRUSTED_PROXIES is not set, and a proxy stands in front", "All callers look like the proxy: the limits for sign-in count them together.", "Set TRUSTED_PROXIES to the addresses of the proxy."))
		}
		return preflight.Pass("No proxy is believed: the address is that of the connection.")
	})

// held is how close together two events arrive that were sent 200 ms apart,
// when something held them back.
const held = 20 * time.Millisecond

var streams = production(rule("OWN-18", "Answers stream through what stands in front", preflight.Fail, preflight.Medium, "P9", "C7", "D5", "R9", "V9"),
	func(ctx context.Context, f *Facts) preflight.Outcome {
		res, err := f.get(ctx, f.Config.PublicURL+"/health/stream")
		if err != nil {
			return preflight.NotChecked(unreachable)
		}
		defer res.Body.Close()
		var last time.Time
		events, together := 0, 0
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if !strings.HasPrefix(lines.Text(), "data:") {
				continue
			}
			now := time.Now()
			if events > 0 && now.Sub(last) < held {
				together++
			}
			events, last = events+1, now
		}
		switch {
		case events < 10:
			return preflight.Found(fault(preflight.Fail, "The stream was cut", fmt.Sprintf("%d of 10 events arrived at %s/health/stream.", events, f.Config.PublicURL), "Raise the read timeout of the proxy above 75 s."))
		case together >= 5:
			return preflight.Found(fault(preflight.Fail, "Events are held back", fmt.Sprintf("%d of 10 events came together.", together), "Switch the buffering of the proxy off (nginx: proxy_buffering off; no gzip for text/event-stream)."))
		}
		return preflight.Pass("Ten events came one by one, through the public address.")
	})

var health = Check{
	Rule: rule("OWN-19", "The instance is healthy", preflight.Fail, preflight.High, "C9", "V10"),
	Run: func(ctx context.Context, f *Facts) preflight.Outcome {
		h, err := f.Ask(ctx)
		switch {
		case err != nil:
			return preflight.NotChecked("no instance runs on this machine, or it does not answer")
		case !h.Ready:
			return preflight.Found(fault(preflight.Fail, "The instance is not ready", strings.Join(h.Failing, " "), "Each sentence says what to do; the log has the cause."))
		}
		return preflight.Pass("All of its own checks are good.")
	},
}
