package syntax

// Kind says what a Node is. The zero Kind is Bad.
type Kind uint8

// The kinds of expressions.
const (
	Bad      Kind = iota // text that the front end did not understand
	Name                 // Name: the identifier
	Str                  // Text: the decoded value
	Template             // List: Str nodes and expressions, in order (f-string, template literal, interpolation)
	Num                  // Text: the literal as written
	Const                // Name: "true", "false" or "none" (None, null, undefined, nil)
	Attr                 // X.Name
	Index                // X[Y]
	Call                 // X(List...); arguments may be Keyword or Spread; Flags may hold New
	Keyword              // Name=X inside a call
	Spread               // *X, **X, ...X
	List                 // List: elements of a list, tuple, set or array; Name tells which where it matters
	Dict                 // List: Pair and Spread nodes
	Pair                 // X: key, Y: value
	Binary               // X Name Y; operators are normalised: "or", "and", "??", "==", "!=", "+", "in", ...
	Unary                // Name X: "not", "-", "await", "yield", "typeof", "&", ...
	Cond                 // if X then Y else Z
	Func                 // function, method or lambda: List holds Param nodes, Else the decorators
	Comp                 // comprehension: X element, List of CompFor
	CompFor              // X target, Y iterable, List conditions
	JSX                  // Name: tag, List: Pair attributes, Body: children
)

// The kinds of statements and of their parts.
const (
	ExprStmt Kind = iota + 40 // X
	Assign                    // List: targets, X: value (may be nil), Y: annotation, Name: operator or declaration word
	If                        // X: test, Body, Else
	Loop                      // X: iterable or test, List: targets, Body, Else; Name: "for" or "while"
	Try                       // Body, List: Handler and Finally, Else
	Handler                   // X: caught type, Name: bound name, Body
	Finally                   // Body
	With                      // List: Pair (context, target), Body
	Return                    // X may be nil
	Raise                     // X may be nil
	Import                    // Name: module, List: Alias
	Alias                     // Name: imported name ("" = the module, "*" = all, "default"), Text: local name
	Class                     // Name, List: bases and Keyword, Body, Else: decorators
	Block                     // Body
	Switch                    // X: subject, List: Case
	Case                      // X: pattern, Body
	Param                     // Name, X: default, Y: annotation, Else: decorators
	Simple                    // Name: pass, break, continue, global, ...; List: operands
	File                      // Body: the statements of one file
)

// Flags are small facts about a node that need no operand.
type Flags uint8

// The flags.
const (
	Async     Flags = 1 << iota // function or loop
	Generator                   // function* in JavaScript
	New                         // call written with new
	Exported                    // visible to importers by declaration
	Static                      // class member
	Lambda                      // function without a name of its own (lambda, arrow)
	Optional                    // a?.b
	Raw                         // bytes or raw literal
)

// Node is one piece of source. Which fields are set depends on Kind.
type Node struct {
	Kind  Kind
	Flags Flags
	Line  int32
	End   int32 // last line, set for functions, classes and calls

	Name string
	Text string

	X, Y, Z *Node
	List    []*Node
	Body    []*Node
	Else    []*Node
}

// Has reports whether every flag in f is set.
func (n *Node) Has(f Flags) bool { return n != nil && n.Flags&f == f }

// Is reports whether n is of one of the kinds; a nil node is of none.
func (n *Node) Is(kinds ...Kind) bool {
	if n == nil {
		return false
	}
	for _, k := range kinds {
		if n.Kind == k {
			return true
		}
	}
	return false
}
