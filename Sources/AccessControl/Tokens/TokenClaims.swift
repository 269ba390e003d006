import MemoryModel

/// What a believed token says, as far as it concerns us.
struct TokenClaims: Sendable, Hashable {
    let workspaceID: Identifier<Workspace>
    /// Who it is, in the identity provider's words.
    let subject: String
    /// The name that the provider shows for the person, where it says one.
    let name: String?
    /// The most that the role may be; nil where no claim bounds it.
    let role: Role?
    /// The most that the scopes may be; nil where no claim bounds them.
    let scopes: Set<AccessScope>?
    /// In seconds since 1970.
    let expiresAt: Double

    /// Reads the claims of a token whose signature holds; nil where one is missing, wrong, or out of its time.
    init?(_ claims: [String: JSONValue], rules: TokenRules, now: Double) {
        guard case .string(rules.issuer)? = claims["iss"], Self.names(claims["aud"], rules.audience),
            let expiresAt = Self.seconds(claims["exp"]), let issuedAt = Self.seconds(claims["iat"]),
            expiresAt > issuedAt, expiresAt - issuedAt <= Self.seconds(rules.maximumLifetime),
            issuedAt <= now + Self.seconds(rules.leeway),
            case .string(let workspace)? = claims[rules.workspaceClaim],
            let workspaceID = Identifier<Workspace>(workspace),
            case .string(let subject)? = claims[rules.userClaim], (1...256).contains(subject.utf8.count)
        else { return nil }
        if let notBefore = claims["nbf"] {
            guard let notBefore = Self.seconds(notBefore), notBefore <= now + Self.seconds(rules.leeway) else {
                return nil
            }
        }
        if let claim = rules.roleClaim {
            // A provider that is to bound roles and does not name one has said nothing that could be believed.
            guard let names = Self.texts(claims[claim]),
                let role = Role.allCases.first(where: { names.contains($0.rawValue) })
            else { return nil }
            self.role = role
        } else {
            role = nil
        }
        if let claim = rules.scopeClaim {
            guard let texts = Self.texts(claims[claim]) else { return nil }
            scopes = Set(texts.compactMap(AccessScope.init(rawValue:)))
        } else {
            scopes = nil
        }
        if case .string(let name)? = claims["name"], (1...256).contains(name.unicodeScalars.count) {
            self.name = name
        } else {
            name = nil
        }
        self.workspaceID = workspaceID
        self.subject = subject
        self.expiresAt = expiresAt
        guard isCurrent(rules: rules, now: now) else { return nil }
    }

    /// Whether the token has not expired.
    func isCurrent(rules: TokenRules, now: Double) -> Bool {
        now < expiresAt + Self.seconds(rules.leeway)
    }

    private static func names(_ claim: JSONValue?, _ audience: String) -> Bool {
        switch claim {
        case .string(let text)?: text == audience
        case .array(let texts)?: texts.contains(.string(audience))
        default: false
        }
    }

    /// A NumericDate; nil for what is none, or lies outside 1970 to 9999.
    private static func seconds(_ claim: JSONValue?) -> Double? {
        let value: Double
        switch claim {
        case .integer(let number)?: value = Double(number)
        case .number(let number)?: value = number
        default: return nil
        }
        return (0...253_402_300_799).contains(value) ? value : nil
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func texts(_ claim: JSONValue?) -> [String]? {
        switch claim {
        case .string(let text)?: return text.split(separator: " ").map(String.init)
        case .array(let elements)?:
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element else { return nil }
                texts.append(text)
            }
            return texts
        default: return nil
        }
    }
}
