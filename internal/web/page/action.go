package page

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// actionNames are the actions of the audit log in words.
var actionNames = map[ba.Action]string{
	ba.ActSignedIn: "Signed in", ba.ActSignInFailed: "Was refused at the sign-in", ba.ActSignedOut: "Signed out", ba.ActSessionRevoked: "Ended a session",
	ba.ActSessionsRevoked: "Signed a user out everywhere", ba.ActTokenCreated: "Made an API token", ba.ActTokenRevoked: "Revoked an API token",
	ba.ActUserCreated: "Came for the first time", ba.ActUserRole: "Changed a role", ba.ActUserDisabled: "Disabled a user", ba.ActUserEnabled: "Let a user in again",
	ba.ActInvited: "Invited somebody", ba.ActInvitationUsed: "Accepted an invitation", ba.ActInvitationDropped: "Withdrew an invitation",
	ba.ActProjectCreated: "Made a project", ba.ActProjectChanged: "Changed a project", ba.ActProjectDeleted: "Deleted a project", ba.ActProjectRestored: "Restored a project",
	ba.ActProjectPurged: "Destroyed a deleted project", ba.ActMemberPut: "Gave a role in a project", ba.ActMemberRemoved: "Removed from a project",
	ba.ActDocumentUploaded: "Uploaded a document", ba.ActDocumentDeleted: "Deleted a document", ba.ActDocumentDownloaded: "Downloaded a document",
	ba.ActArtifactExported: "Exported an artifact", ba.ActBudgetChanged: "Changed a budget", ba.ActProviderTested: "Tested a provider",
	ba.ActSettingsChanged: "Started with other settings", ba.ActUpgraded: "Upgraded the schema", ba.ActMoved: "Moved the database here",
	ba.ActKeysRotating: "Began to rotate keys", ba.ActKeysRotated: "Rotated keys", ba.ActKeysRetired: "Retired master keys", ba.ActBackupMade: "Made a backup", ba.ActBackupRestored: "Restored a backup",
	ba.ActAuditExported: "Exported the audit log",
}

// ActionName returns an action of the audit log in words.
func ActionName(a ba.Action) string {
	if name := actionNames[a]; name != "" {
		return name
	}
	return strings.ReplaceAll(string(a), ".", " ")
}
