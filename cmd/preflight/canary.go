package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight/live"
	"github.com/ba-assistant/ba-assistant/preflight/scan"
)

// writeCanary asks for a record and keeps what is needed to compare it after a
// redeploy: hashes only.
func writeCanary(ctx context.Context, s streams, f *flags, o scan.Options) error {
	if o.Site.URL == "" || f.canaryRecord == "" {
		return invalid("--canary write needs the address of the site and a record that you made in it: preflight https://app.example.com --canary write --canary-record /api/notes/1")
	}
	lo := live.Options{Site: o.Site.URL, API: o.Site.API, AllowPrivate: o.Site.AllowPrivate, Bearer: o.Site.Bearer, HealthPath: o.Site.HealthPath}
	kept, err := live.WriteCanary(ctx, lo, live.CanaryOptions{Record: f.canaryRecord, Field: f.canaryField})
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the canary: %w", err)
	}
	if err := os.WriteFile(f.canaryFile, append(b, '\n'), 0o600); err != nil {
		return ba.Wrap(ba.Unavailable, fmt.Sprintf("The canary could not be kept in %q.", f.canaryFile), err)
	}
	fmt.Fprintf(s.out, "Kept in %s. Redeploy now, then: preflight %s --canary check\n", f.canaryFile, o.Site.URL)
	return nil
}

func readCanary(file string) (*live.Canary, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, invalid("There is no canary in %q. Before the redeploy: preflight URL --canary write --canary-record PATH", file)
	}
	if err != nil {
		return nil, ba.Wrap(ba.Unavailable, fmt.Sprintf("The canary in %q could not be read.", file), err)
	}
	var c live.Canary
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, ba.Wrap(ba.Invalid, fmt.Sprintf("%q is no canary. Write it again, redeploy, and check.", file), err)
	}
	return &c, nil
}

// originOf is the site that a record belongs to.
func originOf(record string) string {
	u, err := url.Parse(record)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
