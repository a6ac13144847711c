package backup_test

import (
	"slices"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestABackupHoldsEveryTableOfTheDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		path, made := o.back(t, t.TempDir())
		head, found, err := backup.Verify(t.Context(), open(t, path), storetest.Master(t), silent)
		ok(t, err)
		if head.Engine != e.Name || head.Schema != must(o.Version(t.Context()))(t) || head.Installation != must(o.Installation(t.Context()))(t).ID {
			t.Errorf("head %+v", head)
		}
		if !slices.Equal(found.Tables, made.Manifest.Tables) || found.Rows() < 30 {
			t.Errorf("%d rows: %+v", found.Rows(), found)
		}
		for _, table := range []string{"users", "projects", "documents", "pieces", "passages", "messages", "requirements", "artifact_versions"} {
			if !slices.ContainsFunc(found.Tables, func(c backup.Count) bool { return c.Table == table && c.Rows > 0 }) {
				t.Errorf("nothing of %s is in the backup", table)
			}
		}
		t.Log(made.Size, found)
	})
}
