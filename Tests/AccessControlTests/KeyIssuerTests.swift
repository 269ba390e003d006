import AccessControl
import MemoryModel
import MemoryTestSupport
import Testing

struct KeyIssuerTests {
    private func principal(_ role: Role, _ scopes: Set<AccessScope>, user: Identifier<User>? = nil) -> Principal {
        Principal(workspaceID: Identifier(high: 1, low: 1), userID: user, role: role, scopes: scopes)
    }

    @Test func keysOfOneIdDiffer() {
        let issuer = KeyIssuer(pepper: Secret(text: "pepper"))
        let id = Identifier<APIKey>(high: 1, low: 2)
        #expect(issuer.issue(id).text != issuer.issue(id).text)
        #expect(issuer.issue(id).secretHash.count == 32)
    }

    @Test func theHashHoldsNothingOfTheText() {
        let issued = KeyIssuer(pepper: Secret(text: "pepper"), random: SeededGenerator(seed: 1)).issue(
            Identifier(high: 1, low: 2)
        )
        issued.text.withBytes { text in
            #expect(
                !text.indices.dropLast(4).contains { text[$0..<($0 + 4)].elementsEqual(issued.secretHash.prefix(4)) }
            )
        }
    }

    @Test(arguments: Role.allCases, Role.allCases)
    func aKeyIsNeverGivenMoreThanItsMakerHas(maker: Role, wanted: Role) {
        let maker = principal(maker, maker.grantableScopes)
        let isWithin = wanted.grantableScopes.isSubset(of: maker.scopes)
        let result = Result {
            try KeyIssuer.authorize(role: wanted, scopes: wanted.grantableScopes, userID: nil, by: maker)
        }
        #expect(((try? result.get()) != nil) == isWithin)
    }

    @Test func aKeyOfAUserMakesKeysForThatUserAlone() throws {
        let user = Identifier<User>(high: 2, low: 2)
        let maker = principal(.member, [.itemsRead, .keysManage], user: user)
        try KeyIssuer.authorize(role: .member, scopes: [.itemsRead], userID: user, by: maker)
        #expect(throws: AccessError(.exceedsIssuer)) {
            try KeyIssuer.authorize(role: .member, scopes: [.itemsRead], userID: nil, by: maker)
        }
    }

    @Test(arguments: AccessError.Code.allCases)
    func descriptionsNameTheCode(code: AccessError.Code) {
        #expect(AccessError(code).description.contains(code.rawValue))
    }
}
