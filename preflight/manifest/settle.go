package manifest

import (
	"path"
	"strings"
)

// settle completes what depends on all paths together: roles, workers, and
// whether a plain compose file is for users.
func (l *loader) settle() {
	platform := false
	for _, p := range l.set.Paths {
		platform = platform || p.Purpose == Production && p.Platform != Docker && p.Platform != Unknown
	}
	for _, p := range l.set.Paths {
		if p.Platform == Compose && p.Purpose == Either && !platform {
			p.Purpose = Production
		}
		if p.Platform == Docker && p.Purpose == Production && platform && l.composed(p) {
			p.Purpose = Either
		}
		p.Role = l.roleOf(p)
		l.countWorkers(p)
	}
}

// composed reports whether something else deploys the directory of an unused Dockerfile.
func (l *loader) composed(p *Path) bool {
	for _, o := range l.set.Paths {
		if o != p && o.Platform != Docker && o.Purpose == Production && o.Root == p.Root {
			return true
		}
	}
	return false
}

var databaseImages = names("postgres postgis pgvector timescaledb mysql mariadb mongo redis valkey keydb memcached rabbitmq kafka zookeeper elasticsearch opensearch minio clickhouse-server influxdb neo4j qdrant weaviate chroma milvus meilisearch typesense nats couchdb cassandra dragonfly redis-stack redis-stack-server mssql server etcd postgresql supabase-postgres pgbouncer")

var proxyImages = names("nginx caddy traefik haproxy envoy nginx-proxy-manager cloudflared openresty nginx-unprivileged httpd swag nginx-proxy acme-companion certbot")

var toolImages = names("adminer pgadmin4 phpmyadmin mailhog mailpit redis-commander mongo-express redisinsight flower watchtower portainer grafana prometheus loki jaeger maildev localstack")

// imageBase returns the name of an image without registry and tag.
func imageBase(image string) string {
	name, _, _ := strings.Cut(image, "@")
	name = name[strings.LastIndexByte(name, '/')+1:]
	name, _, _ = strings.Cut(name, ":")
	return strings.ToLower(name)
}

var workerPrograms = names("celery rq rqworker dramatiq arq huey_consumer sidekiq bullmq taskiq procrastinate faust")

func (l *loader) roleOf(p *Path) Role {
	if p.Role != Web {
		return p.Role
	}
	if p.Image == nil && p.ImageName != "" {
		switch name := imageBase(p.ImageName); {
		case databaseImages[name]:
			return Database
		case proxyImages[name]:
			return Proxy
		case toolImages[name]:
			return Private
		}
	}
	server, ok := p.Start.Server()
	prog := server.Program()
	switch {
	case ok && workerPrograms[prog]:
		return Worker
	case ok && isFileServer(prog, server.Args) || !ok && p.Image != nil && p.Start.Unknown() && proxyImages[imageBase(p.Image.Effective().Base)]:
		if p.Image != nil && copiesBuild(p.Image) || p.Image == nil {
			return Static
		}
		return Proxy
	}
	return p.Role
}

func isFileServer(prog string, args []string) bool {
	switch prog {
	case "nginx", "caddy", "httpd", "serve", "http-server", "apache2-foreground", "http.server", "static-web-server", "httpd-foreground":
		return true
	case "python":
		return len(args) > 2 && args[1] == "-m" && args[2] == "http.server"
	case "vite":
		return len(args) > 1 && args[1] == "preview"
	}
	return false
}

// copiesBuild reports whether the image holds files for browsers.
func copiesBuild(im *Image) bool {
	for _, c := range im.Effective().Copies {
		for _, s := range c.Sources {
			switch path.Base(s) {
			case "dist", "build", "web", "out", "public", "www", "html", "browser":
				return true
			}
		}
		if strings.Contains(c.Dest, "/html") || strings.Contains(c.Dest, "/srv") {
			return true
		}
	}
	return false
}

// unknownPath is what a repository without any description gets, if it has a server at all.
func (l *loader) unknownPath() {
	for _, p := range l.set.Paths {
		if p.Purpose != Development {
			return
		}
	}
	p := l.newPath(Unknown, ".", "", Place{})
	p.Name, p.VarsOpen = "unknown platform", true
	l.add(p)
}
