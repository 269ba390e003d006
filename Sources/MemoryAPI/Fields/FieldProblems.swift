package import MemoryModel

/// Collects what is wrong with a payload, and knows where in it the reader is.
package struct FieldProblems: Sendable {
    /// More than so many are not told.
    package static let limit = 32

    /// What was found.
    package private(set) var found: [FieldProblem] = []
    private var steps: [JSONPointer.Step] = []
    private let isQuery: Bool

    /// Makes a collector; in a query, fields are parameters and have no pointers.
    package init(isQuery: Bool = false) {
        self.isQuery = isQuery
    }

    /// Notes that the present field, or one inside it, is wrong.
    package mutating func add(_ detail: String, at step: JSONPointer.Step? = nil) {
        guard found.count < Self.limit else { return }
        let steps = steps + (step.map { [$0] } ?? [])
        if isQuery, case .key(let name)? = steps.first {
            found.append(FieldProblem(.parameter(String(name.unicodeScalars.prefix(64).map(Character.init))), detail))
        } else {
            found.append(FieldProblem(.body(JSONPointer(steps)), detail))
        }
    }

    /// Reads something one step further down.
    package mutating func inside<Value>(_ step: JSONPointer.Step, _ read: (inout FieldProblems) -> Value) -> Value {
        steps.append(step)
        defer { steps.removeLast() }
        return read(&self)
    }
}
