import MemoryModel

/// The text form of a place in a list: opens only in the workspace, route and filters it was made for.
struct Cursor: Sendable {
    private static let version: UInt8 = 1

    let sealer: Sealer
    let context: [String]

    /// A cursor of one list.
    init(_ sealer: Sealer, workspace: Identifier<Workspace>, route: String, filters: String) {
        self.sealer = sealer
        self.context = ["cursor", workspace.description, route, filters]
    }

    func text(of position: PagePosition) -> String {
        sealer.seal(
            [Self.version] + ByteCoding.bytes(position.order) + ByteCoding.bytes(position.high)
                + ByteCoding.bytes(position.low),
            context: context
        )
    }

    /// Fails with `invalid_cursor` for a text that was not made for this list.
    func position(of text: String) throws(Problem) -> PagePosition {
        guard let payload = sealer.open(text, context: context), payload.first == Self.version else {
            throw Self.invalid
        }
        var rest = payload.dropFirst()
        guard let order = ByteCoding.take(Int64.self, from: &rest),
            let high = ByteCoding.take(UInt64.self, from: &rest),
            let low = ByteCoding.take(UInt64.self, from: &rest), rest.isEmpty
        else { throw Self.invalid }
        return PagePosition(order: order, id: Identifier<Workspace>(high: high, low: low))
    }

    private static var invalid: Problem {
        Problem(
            .invalidCursor,
            "A cursor opens only with the route and filters it was returned for.",
            errors: [FieldProblem(.parameter("cursor"), "is not a cursor of this list")]
        )
    }
}
