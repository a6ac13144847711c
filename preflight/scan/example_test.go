package scan_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ba-assistant/ba-assistant/preflight/scan"
)

// A folder is checked as the command does it.
func Example() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	code := "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(host='0.0.0.0', debug=True)\n"
	for name, text := range map[string]string{"app.py": code, "Procfile": "web: python app.py\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}
	report, err := scan.Run(context.Background(), scan.Options{Path: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		if f.ID == "ENV-11" {
			fmt.Printf("%s %s: %s (%s:%d)\n", f.Level, f.Path, f.Title, f.Evidence[0].File, f.Evidence[0].Line)
		}
	}
	// Output: fail Procfile: web: The debugger of Flask runs in production (app.py:4)
}
