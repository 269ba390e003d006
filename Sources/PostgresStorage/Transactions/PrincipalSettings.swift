internal import MemoryModel
internal import PostgresDriver

/// A principal as the settings that the policies read.
struct PrincipalSettings {
    /// Whose idempotency keys a request may see: the person and agent acted for, or else the key shown.
    let caller: String
    /// The settings; all are set each time, so that nothing is left to what a connection had before.
    let local: [TransactionSettings.LocalSetting]

    init(_ principal: Principal) {
        let user = principal.userID.map { "user:\($0)" }
        let agent = principal.agentID.map { "agent:\($0)" }
        let key = principal.keyID.map { "key:\($0)" }
        let names = [user, agent].compactMap(\.self)
        caller = names.isEmpty ? key ?? "service" : names.joined(separator: " ")
        local = [
            .init(name: "app.workspace_id", value: principal.workspaceID.description),
            .init(name: "app.user_id", value: principal.userID?.description ?? ""),
            .init(name: "app.agent_id", value: principal.agentID?.description ?? ""),
            .init(name: "app.role", value: principal.role.rawValue),
            .init(name: "app.caller", value: caller),
        ]
    }

    /// A workspace alone, for logins whose policies ask for no more.
    static func workspace(_ id: Identifier<Workspace>) -> [TransactionSettings.LocalSetting] {
        [.init(name: "app.workspace_id", value: id.description)]
    }
}
