package kit

import "fmt"

// steps are the three things to do next.
func (o *Options) steps() []string {
	dir := "deploy/" + o.Platform
	redirect := "https://" + o.Host + "/auth/google/callback"
	setup := "Open https://" + o.Host + "/setup with the setup code that the start prints"
	switch o.Platform {
	case "docker", "compose":
		name, service, where := o.composeFile(), "ba", "Let the DNS of "+o.Host+" point to this machine, ports 80 and 443 open"
		if o.Platform == "docker" {
			where = "Let your proxy lead " + o.Host + " to 127.0.0.1:8080 (deploy/nginx, deploy/caddy)"
		}
		if o.Two {
			service = "ba-1 ba-2"
		}
		return []string{
			fmt.Sprintf("Register %s at Google (docs/oauth/google.md), and write the client id and secret into %s/.env.production", redirect, dir),
			where + "; then: docker compose -f " + dir + "/" + name + " up -d --build",
			setup + " (docker compose -f " + dir + "/" + name + " logs " + service + ")",
		}
	case "railway":
		return []string{
			"Commit and push these files; then: npm install --no-save railway; railway login; railway init --name ba-assistant; railway add --service ba; railway domain --service ba",
			"Register /auth/google/callback of that address at Google, and add the variables of .env.railway, GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET in the Raw Editor of the service (docs/deploy/railway.md)",
			"railway config plan; railway config apply; open the address with /setup, and enter the setup code of the deploy log",
		}
	case "render":
		return []string{
			"Commit and push these files; then New > Blueprint in the dashboard, with this repository",
			"Enter GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET when it asks, register the redirect URI that the log prints at Google, and copy MASTER_KEY from the Environment page to a safe place",
			"Open the address with /setup, and enter the setup code of the log",
		}
	case "fly":
		return []string{
			"fly apps create " + o.Name + "; fly secrets import --stage < .env.fly; fly secrets set --stage GOOGLE_CLIENT_ID=... GOOGLE_CLIENT_SECRET=...",
			"Register https://" + o.address() + "/auth/google/callback at Google (docs/oauth/google.md); then: fly deploy --ha=false",
			"Open https://" + o.address() + "/setup with the setup code of: fly logs",
		}
	}
	place, last := "sudo install -m 644 deploy/systemd/ba.service /etc/systemd/system/", "Install deploy/caddy/Caddyfile or deploy/nginx/ba.conf; "+setup+" (journalctl -u ba)"
	if o.TLS {
		place += "; sudo install -D -m 644 deploy/systemd/tls.conf /etc/systemd/system/ba.service.d/tls.conf"
		last = "Let the DNS of " + o.Host + " point to this machine, ports 80 and 443 open; " + setup + " (journalctl -u ba, which also says when the certificate is there)"
	}
	return []string{
		"Put the program to /usr/local/bin/ba; then: sudo useradd --system --home-dir /var/lib/ba --shell /usr/sbin/nologin ba; sudo install -d -m 700 /etc/ba; sudo install -m 600 deploy/systemd/secrets/* /etc/ba/; " + place,
		"Register " + redirect + " at Google (docs/oauth/google.md), write the client id and secret into /etc/ba/ba.env; then: sudo systemctl daemon-reload; sudo systemctl enable --now ba",
		last,
	}
}

func (o *Options) address() string {
	if o.Host != "" {
		return o.Host
	}
	return o.Name + ".fly.dev"
}
