package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var data20 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-20",
		Title:   "A column is searched without an index",
		Level:   preflight.Info,
		Rows:    []string{"T2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Lists get slower with every row, until pages time out.",
		Fix:     "Add index=True to the column and a migration.",
		Verify:  "EXPLAIN (or EXPLAIN QUERY PLAN) of the query names the index.",
		Detect:  "A SQLAlchemy column without index, uniqueness or primary key stands in the condition of a query.",
		Silent:  "Columns of composite indexes of the same class, columns that are never searched.",
		Bad:     modelFile + "    owner_id = Column(Integer)\n" + modelQuery,
		Good:    modelFile + "    owner_id = Column(Integer, index=True)\n" + modelQuery,
	},
	Run: runData20,
}

const (
	modelFile  = "-- models.py --\nfrom sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass Item(Base):\n    __tablename__ = 'items'\n    id = Column(Integer, primary_key=True)\n"
	modelQuery = "-- main.py --\nfrom fastapi import FastAPI\nfrom models import Item\napp = FastAPI()\n@app.get('/items')\ndef items(db, owner: int):\n    return db.query(Item).filter(Item.owner_id == owner).all()\n"
)

func runData20(_ context.Context, in *check.Input) preflight.Outcome {
	columns, models := unindexed(in)
	if models == 0 {
		return preflight.NotApplicable("no SQLAlchemy models were found in the code")
	}
	var evidence []preflight.Evidence
	seen := map[*repo.Def]bool{}
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Python {
			continue
		}
		for _, s := range m.Compares {
			x := s.Node.X
			if s.Node.Name != "==" || !x.Is(syntax.Attr) {
				continue
			}
			v := in.Code.Value(x.X, s.Scope)
			if v.Kind != repo.Class || v.Scope == nil || len(v.Scope.Names[x.Name]) == 0 {
				continue
			}
			if d := v.Scope.Names[x.Name][0]; columns[d] && !seen[d] {
				seen[d] = true
				evidence = append(evidence, at(in, v.Scope.Mod.File.Path, int(d.Line), "no index"), here(in, s, "searched by it"))
			}
		}
	}
	if len(evidence) == 0 {
		return preflight.Pass("")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: first(evidence, 8), Detail: count(len(seen), "column") + "."})
}

// unindexed returns the columns of models that have no index, and how many models there are.
func unindexed(in *check.Input) (map[*repo.Def]bool, int) {
	out := map[*repo.Def]bool{}
	models := 0
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Python {
			continue
		}
		for _, c := range m.Classes {
			if c.Names["__tablename__"] == nil {
				continue
			}
			models++
			for name, defs := range c.Names {
				d := defs[0]
				if !d.Value.Is(syntax.Call) || syntax.Last(d.Value.X) != "Column" && syntax.Last(d.Value.X) != "mapped_column" || c.Names["__table_args__"] != nil && mentions(c.Names["__table_args__"][0].Value, name) {
					continue
				}
				out[d] = !contains(d.Value, func(n *node) bool {
					return n.Kind == syntax.Keyword && (n.Name == "index" || n.Name == "unique" || n.Name == "primary_key")
				})
			}
		}
	}
	return out, models
}
