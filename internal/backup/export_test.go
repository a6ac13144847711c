package backup

import (
	"context"

	"github.com/ba-assistant/ba-assistant/internal/store"
)

// CountRows is what a backup of the snapshot would say of it.
func CountRows(ctx context.Context, snap *store.Snapshot) (Manifest, error) {
	return countRows(ctx, snap, func(Progress) {})
}
