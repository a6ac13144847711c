package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/volume"
	"github.com/ba-assistant/ba-assistant/preflight"
)

var lasting = configured(rule("OWN-09", "The data survives the next deployment", preflight.Fail, preflight.Critical, "P3", "C4", "D1", "G3", "G4", "V3"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		switch {
		case f.Dir == "":
			return preflight.Pass("The data lies in PostgreSQL.")
		case f.Volume.Lifetime == volume.Fleeting, f.Volume.Network:
			level := preflight.Fail
			if !f.Config.Production() {
				level = preflight.Info
			}
			return preflight.Found(fault(level, "The data does not survive", f.Volume.Detail, f.Volume.Remedy))
		case f.Volume.Lifetime == volume.Unknown:
			return preflight.NotChecked("this system does not show what its disks are: write something, deploy again, and look for it")
		}
		return preflight.Pass(f.Volume.Detail)
	})

const (
	leastFree = 100 << 20 // the storage is not healthy below it
	someFree  = 1 << 30
)

var disk = configured(rule("OWN-10", "The data directory takes files and has room", preflight.Fail, preflight.High, "C4", "C9"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		switch {
		case f.Dir == "":
			return preflight.NotApplicable("the data lies in PostgreSQL")
		case f.Unfit != "":
			return preflight.Found(fault(preflight.Fail, "The data directory cannot be written", f.Unfit, "Give it to the user that runs this program (chown), or set DATA_DIR to another."))
		case f.Free == 0:
			return preflight.NotChecked("the free space is not known")
		case f.Free < leastFree:
			return preflight.Found(fault(preflight.Fail, "The disk is nearly full", room(f.Free), "Make room, or enlarge the volume."))
		case f.Free < someFree:
			return preflight.Found(fault(preflight.Warn, "The disk fills up", room(f.Free), "Enlarge the volume before it is full."))
		}
		return preflight.Pass(room(f.Free))
	})

func room(free uint64) string { return fmt.Sprintf("%.1f GB are free.", float64(free)/1e9) }

var installation = production(rule("OWN-11", "A lost volume would be noticed", preflight.Warn, preflight.Critical, "C4", "R3", "P3"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		if f.Config.InstallationID != "" {
			return preflight.Pass("INSTALLATION_ID is set: a start on an empty or another database is refused.")
		}
		return preflight.Found(fault(preflight.Warn, "INSTALLATION_ID is not set", "An empty directory cannot remember that it was full: a lost volume would look like a first start.",
			"Set INSTALLATION_ID to the id that each start prints."))
	})

// keyAge is when a master key is due for a change. Source: issue of the
// project; NIST SP 800-57 leaves it to the owner.
const keyAge = 90 * 24 * time.Hour

var masterKey = production(rule("OWN-12", "The key that wraps the data keys is kept apart from them", preflight.Fail, preflight.High, "S6", "P6"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		findings := f.olderKeys()
		switch {
		case f.Config.MasterKeyURL != "":
			if len(findings) == 0 {
				return preflight.Pass("The master key is in a key service and never in this program: " + f.Config.MasterKeyURL)
			}
		case f.MasterFile == "":
			findings = append(findings, fault(preflight.Warn, "MASTER_KEY is a variable of the environment", "Whoever may read the process, its crash reports or the platform's dashboard has it.",
				"Give it as a file where the platform has secret files (MASTER_KEY_FILE), or use a key service (MASTER_KEY_URL). Hosting platforms with variables only leave no other way."))
		default:
			findings = append(findings, f.keyFile()...)
		}
		if len(findings) == 0 {
			return preflight.Pass("MASTER_KEY comes from a file outside of DATA_DIR.")
		}
		return preflight.Found(findings...)
	})

// keyFile judges the file of the master key.
func (f *Facts) keyFile() []preflight.Finding {
	var findings []preflight.Finding
	if f.MasterMode&0o004 != 0 {
		findings = append(findings, fault(preflight.Warn, "Others on this machine may read the file of the master key", "", "chmod 600 on it, or keep it in a directory that only its owner may enter."))
	}
	if age := f.Now.Sub(f.MasterModified); !f.MasterModified.IsZero() && age > keyAge {
		findings = append(findings, fault(preflight.Warn, fmt.Sprintf("The master key is %d days old", int(age.Hours()/24)), "The longer it is in use, the more copies of it there are.", "Run ba keys rotate, and then ba keys retire; the server goes on meanwhile."))
	}
	return findings
}

// olderKeys finds keys that a rotation has left.
func (f *Facts) olderKeys() []preflight.Finding {
	if f.Config.MasterKeyPrevious == "" && len(strings.Fields(f.Config.MasterKey)) < 2 {
		return nil
	}
	return []preflight.Finding{fault(preflight.Warn, "A master key from before is still accepted", "A rotation was begun and not brought to its end.", "Run ba keys rotate, and then ba keys retire, which says what to remove.")}
}

var secretKey = production(rule("OWN-13", "No key is one that everybody knows", preflight.Fail, preflight.High, "P6", "S2", "R6", "V6"),
	func(context.Context, *Facts) preflight.Outcome {
		return preflight.Pass("SECRET_KEY is long, irregular and in no documentation; with a worse one the start is refused. Sessions are random and stored as hashes.")
	})
