package web

import (
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// quoteShown is how much of what says something of an area is shown.
const quoteShown = 160

// threadDiscovery writes what is known of each discovery area: the page of a
// conversation takes it when it has come, and when an answer has ended.
func (s *Site) threadDiscovery(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ThreadID](r, "id")
	if err != nil {
		return err
	}
	t, err := s.Chat.Thread(r.Context(), a, id)
	if err != nil {
		return err
	}
	areas, err := s.Requirements.Discovery(r.Context(), a, id)
	if err != nil {
		return err
	}
	var data page.Discovery
	for _, area := range areas {
		data.Areas = append(data.Areas, discoveryArea(area, t))
	}
	return s.templates.Write(w, http.StatusOK, "discovery", data)
}

func discoveryArea(d requirement.Discovered, t ba.Thread) page.DiscoveryArea {
	area := page.DiscoveryArea{Area: page.Area(d.Area), Quote: page.Shorten(d.Quote, quoteShown)}
	switch {
	case d.Message != "":
		area.By, area.Href = "this conversation", threadPath(t.ID)+"#m-"+string(d.Message)
	case d.Requirement != "":
		area.By, area.Href = d.Key, requirementPath(d.Requirement)
	case d.Note != "":
		area.By, area.Href = "a note", projectPath(t.Project)+"/notes"
	}
	return area
}
