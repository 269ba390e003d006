public import MemoryModel

/// The operator's key: it makes workspaces, and reaches into none.
public struct OperatorAccess: Sendable {
    private let key: Secret
    private let identifiers: IdentifierGenerator

    /// Takes a key of the operator's own choice, which should have 32 random characters or more.
    public init(key: Secret, identifiers: IdentifierGenerator) {
        self.key = key
        self.identifiers = identifiers
    }

    /// Who shows the key acts in a workspace that is not there yet: all that can be done in one is to make it.
    func principal(_ bearer: String) -> Principal? {
        guard Secret(text: bearer) == key else { return nil }
        return Principal(workspaceID: identifiers.next(), role: .admin, scopes: [.workspacesCreate])
    }
}
