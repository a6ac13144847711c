package formats

import (
	"context"
	"fmt"
	"strings"

	"github.com/betterleaks/betterleaks/config"
	"github.com/betterleaks/betterleaks/detect"
	"github.com/betterleaks/betterleaks/sources"

	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

// ownRules find what the library does not: passwords in connection strings,
// Google's OAuth client secrets, and a few formats whose library rule asks for
// more context than a real leak has.
const ownRules = `
[[rules]]
id = "preflight-database-url"
description = "A connection string with a password"
regex = '''(?i)\b(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|cockroachdb|clickhouse)(?:\+[a-z0-9]+)?://[^\s:@/'"\x60<>]{0,64}:([^\s@/'"\x60<>]{1,128})@[^\s/'"\x60:?,;<>)]{1,253}'''
keywords = ["postgres", "mysql", "mariadb", "mongodb", "redis", "amqp", "mssql", "cockroachdb", "clickhouse"]

[[rules]]
id = "preflight-google-oauth-secret"
description = "A Google OAuth client secret"
regex = '''\b(GOCSPX-[A-Za-z0-9_-]{28})(?:[^A-Za-z0-9_-]|$)'''
keywords = ["gocspx-"]

[[rules]]
id = "preflight-azure-client-secret"
description = "A Microsoft Entra client secret"
regex = '''(?:^|[\\'"\x60\s>=:(,])([a-zA-Z0-9_~.]{3}[78]Q~[a-zA-Z0-9_~.-]{34})(?:$|[\\'"\x60\s<),])'''
keywords = ["7q~", "8q~"]

[[rules]]
id = "preflight-anthropic-key"
description = "An Anthropic API key"
regex = '''\b(sk-ant-(?:api|admin|oat)\d{2}-[A-Za-z0-9_-]{80,120})(?:[^A-Za-z0-9_-]|$)'''
keywords = ["sk-ant-"]

[[rules]]
id = "preflight-supabase-secret"
description = "A Supabase secret key"
regex = '''\b(sb_secret_[A-Za-z0-9_-]{31})(?:[^A-Za-z0-9_-]|$)'''
keywords = ["sb_secret_"]

[[rules]]
id = "preflight-stripe-webhook"
description = "A Stripe webhook signing secret"
regex = '''\b(whsec_[A-Za-z0-9+/]{32,64})(?:[^A-Za-z0-9+/]|$)'''
keywords = ["whsec_"]

[[rules]]
id = "preflight-resend-key"
description = "A Resend API key"
regex = '''\b(re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24})(?:[^A-Za-z0-9_]|$)'''
keywords = ["re_"]

[[rules]]
id = "preflight-service-role"
description = "A Supabase service_role token"
regex = '''\b(eyJ[A-Za-z0-9_-]{17,}\.eyJ[A-Za-z0-9_-]{17,}\.[A-Za-z0-9_-]{40,})(?:[^A-Za-z0-9_-]|$)'''
keywords = ["eyj"]
`

// RulesTOML returns the complete rule file that the scans run with, in the
// library's own format, so that its command can be run on the same rules.
// It needs the library's default rules and disables all that have no provider
// format: a hexadecimal string beside a word is not proof.
func RulesTOML() string {
	used := secrets.Rules()
	var b strings.Builder
	b.WriteString("title = \"preflight\"\n[extend]\nuseDefault = true\ndisabledRules = [\n")
	for _, id := range libraryRules() {
		if !used[id] {
			fmt.Fprintf(&b, "  %q,\n", id)
		}
	}
	b.WriteString("]\n")
	b.WriteString(ownRules)
	return b.String()
}

// libraryRules lists the ids of the library's default rules, in its order.
func libraryRules() []string {
	var ids []string
	seen := make(map[string]bool)
	rule := false
	for line := range strings.Lines(config.DefaultConfig) {
		line = strings.TrimSpace(line)
		if line == "[[rules]]" {
			rule = true
			continue
		}
		if id, ok := strings.CutPrefix(line, "id = "); ok && rule {
			id = strings.Trim(id, `"`)
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
		rule = false
	}
	return ids
}

// Detector matches texts against the rules. It is safe for concurrent use.
type Detector struct{ detector *detect.Detector }

// New compiles the rules, which takes about a tenth of a second. The library's
// validation options stay empty: with them it would send what it finds to the
// providers.
func New(ctx context.Context) (*Detector, error) {
	cfg, err := config.ParseTOMLString(RulesTOML(), "")
	if err != nil {
		return nil, fmt.Errorf("build the secret rules: %w", err)
	}
	return &Detector{detect.NewDetectorContext(ctx, cfg, detect.ValidationOptions{})}, nil
}

// Match returns what in a text has a secret's format; lines count from 0.
func (d *Detector) Match(path, text string) []secrets.Match {
	found := d.detector.Detect(sources.Fragment{Raw: text, Attributes: map[string]string{sources.AttrPath: path}})
	if len(found) == 0 {
		return nil
	}
	matches := make([]secrets.Match, len(found))
	for i, f := range found {
		matches[i] = secrets.Match{Rule: f.RuleID, Secret: f.Secret, Text: f.Match, Line: f.StartLine}
	}
	return matches
}
