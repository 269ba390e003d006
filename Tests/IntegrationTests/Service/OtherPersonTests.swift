import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import MemoryModel
import Testing

/// Two people of one workspace with things of their own: whatever is the other's answers like what is not there.
struct OtherPersonTests {
    private static let missing = "0193f000-0000-7000-8000-00000000dead"

    /// Places where an id is noted beside what is written: where it came from, where it holds.
    ///
    /// Nothing is looked up by it. They take the id of anything or of nothing, and answer alike.
    private static let noted: Set<String> = Set(
        ["derived_from.*", "fork_id", "message_id", "thread_id"].flatMap {
            ["provenance.\($0)", "items.*.provenance.\($0)"]
        } + ["scope", "items.*.scope"]
    )

    @Test(arguments: ["member", "viewer", "admin"])
    func inEveryRouteAnIDOfAnotherPersonAnswersLikeAMissingOne(role: String) async throws {
        try await ServiceUnderTest.run { service, admin in
            let canary = "canary of Bob's tea"
            let bob = try await PersonalSamples.invite("bob", by: admin)
            let ada = try await PersonalSamples.invite("ada", role: role, by: admin)
            let shared = try await Samples.make(admin)
            let theirs = try await PersonalSamples.make(bob, text: canary, name: "bob's", beside: shared)
            await service.work()
            let before = try await Self.everything(theirs, service.routes, bob)
            var asked = 0
            let all = IDSlot.all(service.routes).filter { !$0.isChosen && PersonalSamples.nouns.contains($0.noun) }
            #expect(Set(all.filter(\.isNoted).map(\.place.keys)) == Self.noted)
            // What is noted is given back to who wrote it, later too: so those come last.
            let slots = all.filter { !$0.isNoted } + all.filter(\.isNoted)
            for slot in slots {
                let foreign = try #require(theirs.ids[slot.noun])
                let request = IDRequest(slot, id: foreign, samples: shared, name: "\(asked)-a")
                let absent = IDRequest(slot, id: Self.missing, samples: shared, name: "\(asked)-b")
                // What can be done once is done before, so that both are asked of the same state.
                if slot.route.pattern.hasSuffix("/supersede") {
                    _ = try await ada.send(slot.route.method, absent.path, absent.body)
                }
                let answer = try await ada.send(slot.route.method, request.path, request.body)
                let other = try await ada.send(slot.route.method, absent.path, absent.body)
                #expect(answer.status == other.status, "\(slot): \(answer.text) but \(other.text)")
                #expect(!answer.text.contains(canary), "\(slot)")
                asked += 1
                guard !slot.isNoted else { continue }
                #expect(masked(answer) == masked(other), "\(slot)")
                for name in PersonalSamples.nouns where theirs.ids[name] != foreign {
                    #expect(!answer.text.contains(theirs.ids[name] ?? "-"), "\(slot) tells of their \(name)")
                }
            }
            #expect(asked == slots.count && asked > service.routes.count / 2)
            // Nor do they come along where nothing is asked for by id.
            for route in service.routes where route.method == .get && route.access.scope != nil {
                let slot = IDSlot(route: route, place: .path(""), noun: "")
                let answer = try await ada.get(IDRequest(slot, id: "", samples: shared, name: "").path)
                #expect(!answer.text.contains(canary), "\(route.name)")
            }
            let pack = try await ada.post(
                "/v1/context",
                #"{"query":"what about the tea of Bob?","recent_messages":50}"#
            )
            #expect(!pack.text.contains(canary))
            #expect(try await Self.everything(theirs, service.routes, bob) == before)
            #expect(before.contains { $0.contains(canary) })
        }
    }

    /// What the owner sees of everything that is the owner's.
    private static func everything(_ samples: Samples, _ routes: [Route], _ caller: Caller) async throws -> [String] {
        var seen: [String] = []
        for route in routes where route.method == .get && !route.pathParameters.isEmpty {
            guard route.pathParameters.allSatisfy(PersonalSamples.nouns.contains) else { continue }
            let slot = IDSlot(route: route, place: .path(""), noun: "")
            let answer = try await caller.get(IDRequest(slot, id: "", samples: samples, name: "").path)
            #expect(answer.status == 200, "\(route.name) \(answer.text)")
            seen.append(route.name + answer.text.replacing(/"timings_ms":\{[^}]*\}/, with: ""))
        }
        return seen
    }
}
