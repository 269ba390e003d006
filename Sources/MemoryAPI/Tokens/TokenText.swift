import MemoryModel

/// The text form of consistency tokens: sealed to the workspace whose write they came from.
struct TokenText: Sendable {
    private static let version: UInt8 = 1
    private static let longestEpoch = 255

    let sealer: Sealer

    func text(of token: ConsistencyToken, in workspace: Identifier<Workspace>) -> String {
        let epoch = Array(token.epoch.utf8.prefix(Self.longestEpoch))
        var payload = [Self.version, UInt8(epoch.count)] + epoch
        for (collection, seq) in token.positions.sorted(by: { $0.key < $1.key }) {
            payload += ByteCoding.bytes(collection.high) + ByteCoding.bytes(collection.low) + ByteCoding.bytes(seq)
        }
        return sealer.seal(payload, context: Self.context(workspace))
    }

    /// Fails with `invalid_token` for a text that is not a token of this workspace; `place` is where it came from.
    func token(
        of text: String,
        in workspace: Identifier<Workspace>,
        at place: FieldProblem.Place
    ) throws(Problem) -> ConsistencyToken {
        guard let token = parse(text, in: workspace) else {
            throw Problem(.invalidToken, errors: [FieldProblem(place, "is not a consistency token of this workspace")])
        }
        return token
    }

    private func parse(_ text: String, in workspace: Identifier<Workspace>) -> ConsistencyToken? {
        guard let payload = sealer.open(text, context: Self.context(workspace)), payload.first == Self.version else {
            return nil
        }
        var rest = payload.dropFirst()
        guard let length = ByteCoding.take(UInt8.self, from: &rest), rest.count >= Int(length),
            let epoch = String(validating: rest.prefix(Int(length)), as: UTF8.self)
        else { return nil }
        rest = rest.dropFirst(Int(length))
        var positions: [Identifier<MemoryCollection>: Int64] = [:]
        while !rest.isEmpty {
            guard let high = ByteCoding.take(UInt64.self, from: &rest),
                let low = ByteCoding.take(UInt64.self, from: &rest),
                let seq = ByteCoding.take(Int64.self, from: &rest)
            else { return nil }
            positions[Identifier(high: high, low: low)] = seq
        }
        return ConsistencyToken(epoch: epoch, positions: positions)
    }

    private static func context(_ workspace: Identifier<Workspace>) -> [String] {
        ["consistency token", workspace.description]
    }
}
