package import MemoryModel

extension MemoryTransaction {
    /// When something happened: as an import says, which is never later than now, or else now.
    ///
    /// - Throws: `EngineError` that names the field.
    package func time(imported time: Timestamp?, field: String = "created_at") throws(EngineError) -> Timestamp {
        guard let time else { return now }
        guard time <= now else { throw EngineError(.invalid, "must not lie in the future", field: field) }
        return time
    }
}

extension Principal {
    /// The name that provenance keeps: the principal's own, or the one an import gives.
    ///
    /// Only who manages the workspace and acts for nobody may say that somebody else wrote something.
    /// - Throws: `EngineError` (`forbidden`, or `invalid` where the name is none).
    func provenanceName(imported name: String?) throws(EngineError) -> String? {
        guard let name, name != provenanceName else { return provenanceName }
        let field = "provenance.principal"
        guard scopes.contains(.workspaceManage), userID == nil, agentID == nil else {
            throw EngineError(.forbidden, "only an import by a workspace's manager names another author", field: field)
        }
        let parts = name.split(separator: ":", maxSplits: 1)
        let isName =
            switch (parts.first, parts.last.map(String.init)) {
            case ("user", let id?): Identifier<User>(id) != nil
            case ("agent", let id?): Identifier<Agent>(id) != nil
            case ("key", let id?): Identifier<APIKey>(id) != nil
            default: false
            }
        guard isName else {
            throw EngineError(.invalid, "must be user:<id>, agent:<id> or key:<id>", field: field)
        }
        return name
    }
}
