package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/app"
)

func usersVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "users",
		Short: "List, invite, disable and enable users; their roles and budgets",
		Long:  "Administers the users of this installation. The server may run meanwhile; what changes holds at once, and is in the audit log as done by the operator.",
		Args:  knownVerb,
		Run:   func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
	}
	sessions := &cobra.Command{Use: "sessions", Short: "Sign people out", Args: knownVerb, Run: func(cmd *cobra.Command, _ []string) { _ = cmd.Help() }}
	revoke := revokeVerb()
	revoke.Use = "revoke"
	sessions.AddCommand(revoke)
	cmd.AddCommand(usersListVerb(), usersInviteVerb(), usersRoleVerb(), usersAccessVerb("disable", true), usersAccessVerb("enable", false), usersBudgetVerb(), sessions)
	return cmd
}

// listed is a user as "ba users list --json" writes it.
type listed struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	Disabled  bool      `json:"disabled"`
	CreatedAt time.Time `json:"created_at"`
}

func usersListVerb() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Print the users, the newest first",
		Args:  noArgs,
		RunE: operating(func(cmd *cobra.Command, o *app.Operator) error {
			out := cmd.OutOrStdout()
			return o.Users(cmd.Context(), func(u ba.User) error {
				if asJSON {
					return json.NewEncoder(out).Encode(listed{string(u.ID), u.Email, u.Name, string(u.Role), u.Disabled, u.CreatedAt.UTC()})
				}
				state := ""
				if u.Disabled {
					state = "disabled"
				}
				_, err := fmt.Fprintf(out, "%s  %-6s  %-8s  %q  %q\n", u.ID, u.Role, state, u.Email, u.Name)
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, one user a line")
	return cmd
}

func usersInviteVerb() *cobra.Command {
	var admin bool
	cmd := &cobra.Command{
		Use:   "invite ADDRESS",
		Short: "Print a link that lets one person in; it ends after seven days",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return operating(func(cmd *cobra.Command, o *app.Operator) error {
				link, err := o.Invite(cmd.Context(), args[0], admin)
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), link)
				}
				return err
			})(cmd, nil)
		},
	}
	cmd.Flags().BoolVar(&admin, "admin", false, "as an administrator")
	return cmd
}

func usersRoleVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "role USER member|admin",
		Short: "Make a user (address or id) an administrator or a member",
		Args:  exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return operating(func(cmd *cobra.Command, o *app.Operator) error {
				u, err := o.SetRole(cmd.Context(), args[0], ba.Role(args[1]))
				return told(cmd, err, "%s is %s now.", u, args[1])
			})(cmd, nil)
		},
	}
}

func usersAccessVerb(name string, disabled bool) *cobra.Command {
	short, said := "Let a disabled user (address or id) in again", "%s may sign in again.%s"
	if disabled {
		short, said = "Shut a user (address or id) out; nothing of the work is lost", "%s is shut out. Open pages notice within five seconds.%s"
	}
	return &cobra.Command{
		Use:   name + " USER",
		Short: short,
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return operating(func(cmd *cobra.Command, o *app.Operator) error {
				u, err := o.SetDisabled(cmd.Context(), args[0], disabled)
				return told(cmd, err, said, u, "")
			})(cmd, nil)
		},
	}
}

func usersBudgetVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "budget USER DOLLARS|none|reset",
		Short: "Decide what a user may spend on AI in a month; reset: as everybody",
		Args:  exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			limit, err := limitOf(args[1])
			if err != nil {
				return err
			}
			return operating(func(cmd *cobra.Command, o *app.Operator) error {
				u, err := o.SetBudget(cmd.Context(), args[0], limit)
				return told(cmd, err, "The monthly budget of %s is %s now.", u, map[string]string{"none": "without a limit", "reset": "that of everybody"}[args[1]], args[1]+" dollars")
			})(cmd, nil)
		},
	}
}

// limitOf reads a limit in dollars; nil is that of everybody.
func limitOf(text string) (*int64, error) {
	limit := ba.NoLimit
	switch text {
	case "reset":
		return nil, nil
	case "none":
		return &limit, nil
	}
	dollars, err := strconv.ParseFloat(text, 64)
	if err != nil || !(dollars >= 0 && dollars <= 1e6) {
		return nil, usageError{fmt.Errorf("a budget is a number of dollars from 0 to 1000000, none or reset, not %q", text)}
	}
	limit = int64(math.Round(dollars * 1e6))
	return &limit, nil
}

// told prints what became of a user; the first word that is not empty is told.
func told(cmd *cobra.Command, err error, format string, u ba.User, words ...string) error {
	if err != nil {
		return err
	}
	word := ""
	for _, w := range words {
		if word = w; word != "" {
			break
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), format+"\n", u.Email, word)
	return nil
}

// exactly refuses another number of arguments.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("it is written: ba users %s", cmd.Use)}
		}
		return nil
	}
}
