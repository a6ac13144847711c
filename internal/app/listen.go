package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"syscall"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

// listen takes the address before anything slow happens. Who connects during
// the start waits in the backlog of the system and is answered by Run.
func listen(ctx context.Context, c *config.Config) (net.Listener, error) {
	return listenOn(ctx, c, c.Port, "PORT")
}

// listenOn takes a port, which the operator chooses by a variable.
func listenOn(ctx context.Context, c *config.Config, number int, variable string) (net.Listener, error) {
	var lc net.ListenConfig
	address := c.AddrOf(number)
	l, err := lc.Listen(ctx, "tcp", address)
	port := strconv.Itoa(number)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE) && variable == "HTTP_PORT":
		return nil, ba.Wrap(ba.Conflict, "Port "+port+", for plain http, is in use by another program. Stop that one (often a proxy that is not needed any more), or set HTTP_PORT to another port or to off.", err)
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, ba.Wrap(ba.Conflict, "Port "+port+" is in use by another program. Stop that one, or choose another port: PORT="+strconv.Itoa(other(number))+" ba serve", err)
	case errors.Is(err, syscall.EACCES) && c.OwnTLS():
		return nil, ba.Wrap(ba.Forbidden, "This user may not listen on port "+port+" ("+variable+"). Give the program the right: AmbientCapabilities=CAP_NET_BIND_SERVICE in its systemd unit, or once after each update: sudo setcap cap_net_bind_service=+ep /usr/local/bin/ba", err)
	case errors.Is(err, syscall.EACCES):
		return nil, ba.Wrap(ba.Forbidden, "This user may not listen on port "+port+". Choose a PORT above 1023, or let a proxy listen there.", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, ba.Wrap(ba.Invalid, "LISTEN_ADDR is not an address of this machine. Remove it, or correct it.", err)
	}
	return nil, ba.Wrap(ba.Unavailable, "The server cannot listen on "+address+". Check LISTEN_ADDR and "+variable+".", err)
}

// other returns a port to try instead of one that is taken.
func other(port int) int {
	if port < 65535 {
		return port + 1
	}
	return 8080
}

// publicURL returns the address under which people reach the instance. With
// PORT=0 in development it is known once the system has given a port.
func publicURL(c *config.Config, l net.Listener) (*url.URL, error) {
	text := c.PublicURL
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && c.Port == 0 && !c.Production() && text == "http://localhost:0" {
		text = "http://localhost:" + strconv.Itoa(tcp.Port)
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read PUBLIC_URL: %w", err)
	}
	return u, nil
}
