import AccessControl
import HTTPTypes
import MemoryEngine
import MemoryModel

/// Invitations: a person is added and given something to exchange for a key that nobody else has seen.
struct InvitationRoutes {
    /// How long an invitation can be accepted, in seconds.
    static let lifetime = 7 * 86_400

    let edge: Edge

    var routes: [Route] { [invite, accept] }

    private var invite: Route {
        let group = RouteGroup(edge: edge, tag: "workspace", reads: .workspaceManage, writes: .workspaceManage)
        return group.write(
            .post,
            "/v1/invitations",
            "Add a person and make an invitation, which the person exchanges for a key within seven days.",
            body: UserPayload.shape("Invitation", SharedShapes(edge.configuration)).shape,
            // The answer holds a secret, and is therefore never kept to be given again.
            isRepeatable: false,
            status: .created,
            answer: Nouns.newInvitation.schema
        ) { [services = edge.services] call, payload, tx in
            try await payload.requireNotErased(services.erasures, in: tx)
            let user = try payload.user(by: call.principal, id: services.identifiers.next(), at: tx.now)
            try await tx.createUser(user, audienceID: services.identifiers.next())
            let key = APIKey(
                id: services.identifiers.next(),
                workspaceID: call.principal.workspaceID,
                name: "invitation",
                userID: user.id,
                role: user.role,
                scopes: [.invitationAccept],
                createdAt: tx.now
            )
            let issued = services.issuer.issue(key.id)
            try await tx.createKey(key, secretHash: issued.secretHash)
            // Credentials expire by the database's clock, which is never compared with ours.
            try await tx.retireKey(key.id, afterSeconds: Self.lifetime)
            let invitation = NewInvitation(
                user: user,
                key: NewKey(key: try await tx.key(key.id), text: issued.text)
            )
            return Reply(.created, invitation, Nouns.newInvitation)
        }
    }

    private var accept: Route {
        let group = RouteGroup(edge: edge, tag: "workspace", reads: .invitationAccept, writes: .invitationAccept)
        let shape = ObjectShape(
            "InvitationAcceptance",
            Acceptance(),
            [.defaulted("name", \.name, SharedShapes(edge.configuration).label)]
        ).shape
        return group.write(
            .post,
            "/v1/invitations/accept",
            "Exchange an invitation for a key of one's own; the invitation opens nothing any more.",
            body: shape,
            isBodyOptional: true,
            isRepeatable: false,
            actsForWorkspace: true,
            status: .created,
            answer: Nouns.newKey.schema
        ) { [services = edge.services] call, payload, tx in
            guard let invitation = call.principal.keyID, let userID = call.principal.userID else {
                throw AccessError(.insufficientScope, scope: .invitationAccept)
            }
            // Of two who come at once, one finds it used.
            try await tx.retireKey(invitation, afterSeconds: 0)
            services.authenticator.forget(invitation)
            let user = try await tx.user(userID)
            let key = APIKey(
                id: services.identifiers.next(),
                workspaceID: call.principal.workspaceID,
                name: payload.name,
                userID: user.id,
                role: user.role,
                scopes: user.role.grantableScopes,
                createdAt: tx.now
            )
            let issued = services.issuer.issue(key.id)
            try await tx.createKey(key, secretHash: issued.secretHash)
            return Reply(.created, NewKey(key: key, text: issued.text), Nouns.newKey)
        }
    }
}

/// The body that goes with an invitation.
private struct Acceptance: Sendable {
    var name = "my key"
}
