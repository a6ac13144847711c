package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/config"
)

// healthPatience is below the timeouts of health checks of containers, so that
// the reason is said and not cut off.
const healthPatience = 4 * time.Second

// healthVerb asks the instance on this machine how it is. Images without a
// shell use it as their health check.
func healthVerb() *cobra.Command {
	var live bool
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask the instance on this machine whether it can work; exit code 1 if not",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := "/health"
			if live {
				path = "/health/live"
			}
			return askHealth(cmd.Context(), cmd.OutOrStdout(), ownAddress(os.Getenv)+path)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "ask only whether the process answers, as a reason to restart it")
	return cmd
}

// ownAddress returns where an instance with this environment is reached from
// the machine itself: over plain http, unless it has none. It reads no more of
// the configuration: the question must not fail of something else.
func ownAddress(getenv func(string) string) string {
	host, port, scheme := getenv("LISTEN_ADDR"), getenv("PORT"), "http"
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "8080"
	}
	if config.OwnTLS(getenv) {
		plain, there := config.PlainPort(getenv("HTTP_PORT"))
		switch {
		case there:
			port = strconv.Itoa(plain)
		case getenv("PORT") == "":
			scheme, port = "https", "443"
		default:
			scheme = "https"
		}
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// onThisMachine returns what asks the instance on this machine. Over https its
// certificate must be for the name in PUBLIC_URL, and come from whom the system
// trusts or be the very one that this installation has.
func onThisMachine(getenv func(string) string) *http.Client {
	public, err := url.Parse(cmp.Or(getenv("PUBLIC_URL"), getenv("BACKEND_URL")))
	if err != nil || !config.OwnTLS(getenv) {
		return http.DefaultClient
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	host := strings.ToLower(public.Hostname())
	kept, _ := filepath.Glob(filepath.Join(cmp.Or(getenv("DATA_DIR"), "data"), "certs", "certificates", "*", host, host+".crt")) // the pattern is good
	for _, file := range append(kept, getenv("TLS_CERT"), getenv("TLS_CERT_FILE")) {
		if text, err := os.ReadFile(file); err == nil {
			roots.AppendCertsFromPEM(text)
		}
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: host}}}
}

// said is what an instance answers about itself.
type said struct {
	Status string `json:"status"`
	Checks []struct {
		Name   string `json:"name"`
		OK     bool   `json:"ok"`
		Detail string `json:"detail"`
	} `json:"checks"`

	code int
}

func askHealth(ctx context.Context, out io.Writer, address string) error {
	h, err := fetchHealth(ctx, address)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, h.Status)
	for _, c := range h.Checks {
		if !c.OK {
			fmt.Fprintf(out, "%s: %s\n", c.Name, c.Detail)
		}
	}
	if h.code != http.StatusOK {
		return errors.New("the instance is not healthy")
	}
	return nil
}

func fetchHealth(ctx context.Context, address string) (said, error) {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	var h said
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return h, fmt.Errorf("LISTEN_ADDR and PORT make no address: %w", err)
	}
	res, err := onThisMachine(os.Getenv).Do(r)
	if err != nil {
		return h, fmt.Errorf("no instance answers on this machine: %w", err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&h); err != nil {
		return h, fmt.Errorf("what answers at %s is not BA Assistant (%s)", address, res.Status)
	}
	h.code = res.StatusCode
	return h, nil
}
