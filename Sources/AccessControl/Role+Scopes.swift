public import MemoryModel

extension Role {
    /// The scopes a credential of this role can have at most; what a key names beyond them has no effect.
    public var grantableScopes: Set<AccessScope> {
        switch self {
        case .admin: AccessScope.grantable
        case .member: AccessScope.grantable.subtracting([.keysManage, .workspaceManage])
        case .viewer: [.contextRead, .itemsRead, .messagesRead, .agentsRead]
        }
    }

    /// Whether this role may do nothing that the other may not.
    public func isWithin(_ other: Role) -> Bool {
        grantableScopes.isSubset(of: other.grantableScopes)
    }

    /// The role that may do less.
    func lesser(_ other: Role?) -> Role {
        guard let other else { return self }
        return isWithin(other) ? self : other
    }
}

extension Principal {
    /// Fails with `insufficientScope` where the principal lacks a scope.
    public func require(_ scope: AccessScope) throws(AccessError) {
        guard scopes.contains(scope) else { throw AccessError(.insufficientScope, scope: scope) }
    }
}
