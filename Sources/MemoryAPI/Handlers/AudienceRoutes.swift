import HTTPTypes
import MemoryEngine
import MemoryModel

/// Audiences: those the principal may see, and groups with their members.
struct AudienceRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "audiences", reads: .agentsRead, writes: .workspaceManage)
    }

    var routes: [Route] { [create, list, members, setMembers, delete] }

    private var memberShape: Shape<AudienceMember> {
        ObjectShape(
            "AudienceMemberPayload",
            MemberPayload(),
            [.optional("user_id", \.userID, .id()), .optional("agent_id", \.agentID, .id())]
        ).shape.map { payload, problems in
            switch (payload.userID, payload.agentID) {
            case (let id?, nil): .user(id)
            case (nil, let id?): .agent(id)
            default: problems.refuse("must have one of user_id and agent_id")
            }
        }
    }

    private var create: Route {
        let shape = ObjectShape(
            "GroupCreation",
            GroupPayload(),
            [
                .required("name", \.name, SharedShapes(edge.configuration).label), .optional("id", \.id, .id()),
                .defaulted("members", \.members, .list(memberShape, 0...1000)),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/audiences",
            "Create a group audience.",
            body: shape,
            status: .created,
            answer: Nouns.audience.schema
        ) { [ids = edge.services.identifiers] _, payload, tx in
            let audience = Audience(id: payload.id ?? ids.next(), kind: .group, name: payload.name)
            try await tx.createGroup(audience, members: payload.members)
            return Reply(.created, audience, Nouns.audience)
        }
    }

    private var list: Route {
        group.list(
            "/v1/audiences",
            "List the audiences the credential may see, newest first.",
            rows: "audiences",
            of: Nouns.audience
        ) { _, page, tx in
            try await tx.audiences(page)
        }
    }

    private var members: Route {
        group.get(
            "/v1/audiences/{audience_id}/members",
            "List the members of a group.",
            answer: Nouns.memberList.schema
        ) { call, tx in
            Reply(.ok, try await tx.members(of: try call.id("audience_id")), Nouns.memberList)
        }
    }

    private var setMembers: Route {
        let shape = ObjectShape(
            "MemberList",
            Batch<AudienceMember>(),
            [.required("members", \.elements, .list(memberShape, 0...1000))]
        ).shape
        return group.write(
            .put,
            "/v1/audiences/{audience_id}/members",
            "Replace the members of a group.",
            body: shape,
            answer: Nouns.memberList.schema
        ) { call, payload, tx in
            let id = try call.id("audience_id", of: Audience.self)
            try await tx.setMembers(payload.elements, of: id)
            return Reply(.ok, try await tx.members(of: id), Nouns.memberList)
        }
    }

    private var delete: Route {
        group.write(
            .delete,
            "/v1/audiences/{audience_id}",
            "Delete a group that no collection and no channel is shared with.",
            answer: Nouns.deletion.schema
        ) { call, tx in
            let id = try call.id("audience_id", of: Audience.self)
            try await tx.deleteGroup(id)
            return .deleted(id)
        }
    }
}

/// The body of a new group.
private struct GroupPayload: Sendable {
    var id: Identifier<Audience>?
    var name = ""
    var members: [AudienceMember] = []
}

/// A member as it comes in a body.
private struct MemberPayload: Sendable {
    var userID: Identifier<User>?
    var agentID: Identifier<Agent>?
}
