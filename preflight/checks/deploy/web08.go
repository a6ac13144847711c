package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var web08 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-08",
		Title:   "Paths that only the app knows will give 404",
		Level:   preflight.Warn,
		Rows:    []string{"U3"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Reloading a page, opening a shared link or coming back from sign-in ends at an error page.",
		Fix:     "Let the host answer unknown paths with index.html.",
		Verify:  "Reload the site at a deep link.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "A front end with paths of its own (BrowserRouter, createWebHistory, usePathUrlStrategy, createBrowserRouter) on static hosting of Render, Netlify or Vercel without a rewrite, or in an nginx image without try_files.",
		Silent:  "Paths behind #, hosts that rewrite by themselves, back ends that serve the page.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    buildCommand: npm run build\n    staticPublishPath: dist\n-- package.json --\n{\"scripts\": {\"build\": \"vite build\"}, \"dependencies\": {\"react\": \"18\"}}\n-- src/main.tsx --\nimport { BrowserRouter } from 'react-router-dom'\nexport const App = () => <BrowserRouter></BrowserRouter>\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    buildCommand: npm run build\n    staticPublishPath: dist\n    routes:\n      - type: rewrite\n        source: /*\n        destination: /index.html\n-- package.json --\n{\"scripts\": {\"build\": \"vite build\"}, \"dependencies\": {\"react\": \"18\"}}\n-- src/main.tsx --\nimport { BrowserRouter } from 'react-router-dom'\nexport const App = () => <BrowserRouter></BrowserRouter>\n",
	},
	Run: runWeb08,
}

var pathRouters = []string{"BrowserRouter", "createBrowserRouter", "createWebHistory(", "usePathUrlStrategy", "setUrlStrategy(PathUrlStrategy", "mode: 'history'", `mode: "history"`, "provideRouter("}

func runWeb08(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	hosted := 0
	for _, p := range in.Paths() {
		if p.Role != manifest.Static || framework(in, p) {
			continue
		}
		hosted++
		router := routerOf(in, p)
		if router == "" || p.Rewrites || redirectsFile(in, p) {
			continue
		}
		f := preflight.Finding{Level: certainOf(p, preflight.Warn), Path: p.Name, Key: p.Name, Evidence: []preflight.Evidence{{File: router, Note: "paths of its own"}, at(in, p.Place, "no rewrite")}}
		switch {
		case p.Platform == manifest.Render:
			f.Fix = "Below the service in render.yaml:\n  routes:\n    - type: rewrite\n      source: /*\n      destination: /index.html"
		case p.Platform == manifest.Vercel:
			f.Fix = "In vercel.json:\n  \"rewrites\": [{ \"source\": \"/(.*)\", \"destination\": \"/index.html\" }]"
		case p.Platform == manifest.Netlify:
			f.Fix = "In netlify.toml:\n  [[redirects]]\n    from = \"/*\"\n    to = \"/index.html\"\n    status = 200"
		case p.Image != nil:
			if fallsBack(in, p) || !strings.Contains(baseOf(p.Image, p.Image.Effective()), "nginx") {
				continue
			}
			f.Fix = "In the nginx configuration of the image:\n  location / { try_files $uri $uri/ /index.html; }"
		default:
			continue
		}
		findings = append(findings, f)
	}
	if hosted == 0 {
		return preflight.NotApplicable("no front end is published as files")
	}
	return preflight.Found(findings...)
}

// framework reports whether the front end's own tool makes a page for each path.
func framework(in *check.Input, p *manifest.Path) bool {
	for _, d := range dependencies(in, p.Root) {
		switch d {
		case "next", "nuxt", "astro", "gatsby", "@sveltejs/kit", "@docusaurus/core", "vitepress":
			return true
		}
	}
	return false
}

// routerOf returns a file of the path's front end that uses paths of its own.
func routerOf(in *check.Input, p *manifest.Path) string {
	for _, f := range in.Tree.Below(path.Clean(p.Root)) {
		switch path.Ext(f.Path) {
		case ".ts", ".tsx", ".js", ".jsx", ".dart", ".vue":
		default:
			continue
		}
		if c := in.Code.File(f.Path); c == nil || c.Role != 0 || f.Size > 200_000 {
			continue
		}
		text := in.Tree.Text(f.Path)
		for _, r := range pathRouters {
			if strings.Contains(text, r) && !strings.Contains(text, "HashRouter") && !strings.Contains(text, "createWebHashHistory") {
				return f.Path
			}
		}
	}
	return ""
}

// redirectsFile reports a _redirects file, or a 404 page that redirects.
func redirectsFile(in *check.Input, p *manifest.Path) bool {
	for _, f := range in.Tree.Named("_redirects", "404.html", "staticwebapp.config.json", "serve.json") {
		if holds(p, f) {
			return true
		}
	}
	return false
}

// fallsBack reports whether a configuration in the image answers unknown paths
// with the page.
func fallsBack(in *check.Input, p *manifest.Path) bool {
	for _, cfg := range in.Deploy.Proxies {
		if !copies(p, cfg.File) && !strings.HasPrefix(cfg.File, path.Clean(p.Image.Context)) {
			continue
		}
		for _, s := range cfg.Servers {
			for _, l := range s.Locations {
				if strings.Contains(l.TryFiles, "index.html") || l.Directives["error_page"] != "" {
					return true
				}
			}
		}
	}
	for _, s := range p.Built() {
		if strings.Contains(fmt.Sprint(s.Args), "try_files") {
			return true
		}
	}
	return false
}
