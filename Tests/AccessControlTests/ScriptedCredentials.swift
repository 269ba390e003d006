import AccessControl
import MemoryModel
import Synchronization

/// Credentials of a test, with a count of what was asked of them.
final class ScriptedCredentials: CredentialStore {
    private struct State {
        var credentials: [Identifier<APIKey>: KeyCredential] = [:]
        var members: [String: WorkspaceMember] = [:]
        var lookups = 0
        var touched: [[Identifier<APIKey>]] = []
        var failure: StoreError?
    }

    private let state = Mutex(State())

    var lookups: Int { state.withLock { $0.lookups } }
    var touched: [[Identifier<APIKey>]] { state.withLock { $0.touched } }

    func put(_ key: APIKey, secretHash: [UInt8], isUsable: Bool = true) {
        state.withLock {
            $0.credentials[key.id] = KeyCredential(key: key, secretHash: secretHash, isUsable: isUsable)
        }
    }

    func fail(with error: StoreError?) {
        state.withLock { $0.failure = error }
    }

    func findKey(
        _ id: Identifier<APIKey>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> KeyCredential? {
        let (failure, credential) = state.withLock { state in
            state.lookups += 1
            return (state.failure, state.credentials[id])
        }
        if let failure { throw failure }
        return credential
    }

    /// Makes a person known in a workspace, or no longer.
    func put(_ member: WorkspaceMember?, as subject: String, in workspace: Identifier<Workspace>) {
        state.withLock { $0.members["\(workspace) \(subject)"] = member }
    }

    func findMember(
        _ subject: String,
        in workspace: Identifier<Workspace>,
        deadline: ContinuousClock.Instant?
    ) async throws(StoreError) -> WorkspaceMember? {
        let (failure, member) = state.withLock { state in
            state.lookups += 1
            return (state.failure, state.members["\(workspace) \(subject)"])
        }
        if let failure { throw failure }
        return member
    }

    func addMember(
        _ user: User,
        audienceID: Identifier<Audience>,
        in workspace: Identifier<Workspace>
    ) async throws(StoreError) -> WorkspaceMember? {
        let member = WorkspaceMember(userID: user.id, role: user.role)
        put(member, as: user.externalID ?? "", in: workspace)
        return member
    }

    func touchKeys(_ ids: [Identifier<APIKey>]) async throws(StoreError) {
        let failure = state.withLock { state in
            if state.failure == nil { state.touched.append(ids) }
            return state.failure
        }
        if let failure { throw failure }
    }
}
