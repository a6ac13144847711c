package app

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/api"
	"github.com/ba-assistant/ba-assistant/internal/doctor"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// examine is the deployment page: the checks of "ba doctor", asked by the
// instance itself.
func (a *App) examine(ctx context.Context) ([]page.CheckGroup, error) {
	lines, err := a.doctorLines(ctx)
	if err != nil {
		return nil, err
	}
	return checkGroups(lines), nil
}

func (a *App) doctorLines(ctx context.Context) ([]doctor.Line, error) {
	facts, err := doctor.Of(a.cfg, a.ownHealth)
	if err != nil {
		return nil, err
	}
	facts.Keys = AskKeyService
	return doctor.Lines(doctor.Examine(ctx, facts, a.version)), nil
}

// deploymentChecks is the same for programs.
func (a *App) deploymentChecks(ctx context.Context) ([]api.DeploymentCheck, error) {
	lines, err := a.doctorLines(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]api.DeploymentCheck, len(lines))
	for i, l := range lines {
		out[i] = api.DeploymentCheck{ID: l.ID, Title: l.Title, State: string(l.Mark), Rows: append([]string{}, l.Rows...), Notes: []api.DeploymentNote{}}
		if l.Mark == doctor.Unknown {
			out[i].State = "unknown"
		}
		for _, n := range l.Notes {
			out[i].Notes = append(out[i].Notes, api.DeploymentNote(n))
		}
	}
	return out, nil
}

func (a *App) ownHealth(ctx context.Context) (doctor.Health, error) {
	report := a.services.health.Health(ctx)
	h := doctor.Health{Ready: report.Ready()}
	for _, c := range report.Checks {
		h.Say(c.Name, c.OK, c.Detail)
	}
	return h, nil
}

// checkGroups sorts the lines into what the page shows.
func checkGroups(lines []doctor.Line) []page.CheckGroup {
	var out []page.CheckGroup
	for _, g := range []struct {
		mark doctor.Mark
		page.CheckGroup
	}{
		{doctor.Failed, page.CheckGroup{Name: "Failed", Tone: "danger", Note: "Correct these before people work with it."}},
		{doctor.Warning, page.CheckGroup{Name: "Warnings", Tone: "warn", Note: "It works, and something is missing for a bad day."}},
		{doctor.Unknown, page.CheckGroup{Name: "Cannot be known here", Note: "A person, or preflight from outside, has to look."}},
		{doctor.Proven, page.CheckGroup{Name: "Proven", Tone: "accent", Folded: true}},
	} {
		for _, l := range lines {
			if l.Mark != g.mark {
				continue
			}
			c := page.Check{ID: l.ID, Title: l.Title, Rows: strings.Join(l.Rows, " ")}
			for _, n := range l.Notes {
				c.Notes = append(c.Notes, page.CheckNote(n))
			}
			g.Checks = append(g.Checks, c)
		}
		if len(g.Checks) > 0 {
			out = append(out, g.CheckGroup)
		}
	}
	return out
}
