package vault

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// ServiceKind is a kind of key service.
type ServiceKind string

// The key services.
const (
	Transit ServiceKind = "vault"  // the transit engine of HashiCorp Vault or OpenBao
	AWSKMS  ServiceKind = "awskms" // AWS Key Management Service
)

// Service is where a master key lies that never leaves its service.
type Service struct {
	Kind   ServiceKind
	Base   string // of Vault: scheme and host
	Mount  string // of Vault: path of the transit engine
	Region string // of AWS
	Key    string // of Vault the name; of AWS an id, an ARN or alias/NAME
}

var (
	transitKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	awsRegion  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
	awsKey     = regexp.MustCompile(`^(alias/[A-Za-z0-9/_-]+|mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
	awsARN     = regexp.MustCompile(`^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+$`)
)

// ParseService understands vault+https://host:8200/transit/keys/NAME,
// awskms://REGION/KEY and awskms:///ARN. The error is a clause such as "names no key".
func ParseService(address string) (Service, error) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Service{}, errors.New("is not the address of a key")
	}
	switch u.Scheme {
	case "vault+https", "vault+http":
		return parseTransit(u)
	case "awskms":
		return parseAWS(u)
	}
	return Service{}, errors.New("begins with neither vault+https:// nor awskms://")
}

func parseTransit(u *url.URL) (Service, error) {
	scheme := strings.TrimPrefix(u.Scheme, "vault+")
	mount, key, found := strings.Cut(strings.Trim(u.Path, "/"), "/keys/")
	switch {
	case u.Host == "":
		return Service{}, errors.New("names no host")
	case !found || mount == "" || !transitKey.MatchString(key) || strings.Contains(mount, ".."):
		return Service{}, errors.New("does not end with the path of a transit key, such as /transit/keys/ba")
	case scheme == "http" && !onThisMachine(u.Hostname()):
		return Service{}, errors.New("is not https, so that the token and the keys could be read on the way")
	}
	return Service{Kind: Transit, Base: scheme + "://" + u.Host, Mount: mount, Key: key}, nil
}

func onThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func parseAWS(u *url.URL) (Service, error) {
	key := strings.TrimPrefix(u.Path, "/")
	if u.Host == "" {
		m := awsARN.FindStringSubmatch(key)
		if m == nil {
			return Service{}, errors.New("names neither a region nor the ARN of a key")
		}
		return Service{Kind: AWSKMS, Region: m[1], Key: key}, nil
	}
	switch {
	case !awsRegion.MatchString(u.Host):
		return Service{}, errors.New("has no region of AWS after awskms://, such as eu-central-1")
	case !awsKey.MatchString(key):
		return Service{}, errors.New("names neither the id of a key nor alias/NAME after the region")
	}
	return Service{Kind: AWSKMS, Region: u.Host, Key: key}, nil
}
