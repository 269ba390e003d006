internal import AccessControl
package import Configuration

/// Whether and how tokens of an identity provider are believed.
package struct TokenSettings: Sendable, Hashable {
    /// Where the provider's key set is: an address, or the path of a file.
    package let keySet: String

    /// Which tokens are believed, and what their claims mean.
    let rules: TokenRules

    /// Reads the keys `jwt.*`; nil where no issuer is set.
    package static func read(_ config: ConfigReader) async throws(ConfigurationError) -> TokenSettings? {
        let takesKeysWithoutAlgorithm = try await takesKeysWithoutAlgorithmSetting.require(config)
        let provisionsUsers = try await provisionsUsersSetting.require(config)
        let leeway = try await leewaySetting.require(config)
        let lifetime = try await lifetimeSetting.require(config)
        let names = try await algorithmsSetting.require(config)
        let workspaceClaim = try await workspaceClaimSetting.require(config)
        let userClaim = try await userClaimSetting.require(config)
        let roleClaim = try await roleClaimSetting.read(config)
        let scopeClaim = try await scopeClaimSetting.read(config)
        let audience = try await audienceSetting.read(config)
        let keySet = try await keySetSetting.read(config)
        guard let issuer = try await issuerSetting.read(config) else {
            guard audience == nil, keySet == nil else { throw missing(issuerSetting.key) }
            return nil
        }
        guard let audience else { throw missing(audienceSetting.key) }
        guard let keySet else { throw missing(keySetSetting.key) }
        return TokenSettings(
            keySet: keySet,
            rules: TokenRules(
                issuer: issuer,
                audience: audience,
                algorithms: Set(algorithms(names) ?? []),
                leeway: leeway,
                maximumLifetime: lifetime,
                workspaceClaim: workspaceClaim,
                userClaim: userClaim,
                roleClaim: roleClaim,
                scopeClaim: scopeClaim,
                provisionsUsers: provisionsUsers,
                takesKeysWithoutAlgorithm: takesKeysWithoutAlgorithm
            )
        )
    }

    private static func missing(_ key: String) -> ConfigurationError {
        ConfigurationError(
            code: .missing,
            key: key,
            expected: "tokens are believed only where `jwt.issuer`, `jwt.audience` and `jwt.keySet` are all set"
        )
    }

    /// The algorithms of a list; nil where it names another.
    private static func algorithms(_ text: String) -> [TokenAlgorithm]? {
        let names = text.split(separator: ",").map { $0.filter { $0 != " " } }
        let found = names.compactMap { TokenAlgorithm(rawValue: $0) }
        return found.count == names.count && !found.isEmpty ? found : nil
    }

    private static let issuerSetting = Setting<String>(
        "jwt.issuer",
        "The issuer of tokens that open workspaces beside API keys, exactly as `iss` has it; without it no token is believed."
    )

    private static let audienceSetting = Setting<String>("jwt.audience", "What `aud` of a token must name.")

    private static let keySetSetting = Setting<String>(
        "jwt.keySet",
        "The issuer's JSON Web Key Set: an `https://` address, or the path of a file. It is read at most once a minute."
    )

    private static let algorithmsSetting = Setting(
        "jwt.algorithms",
        default: "RS256,ES256,EdDSA",
        range: "some of RS256, ES256, EdDSA, separated by commas",
        "The algorithms that the issuer's keys may have."
    ) { algorithms($0) != nil }

    private static let leewaySetting = Setting<Duration>(
        "jwt.leeway",
        default: .seconds(30),
        in: .seconds(0) ... .seconds(60),
        "How far the issuer's clock may be from this one."
    )

    private static let lifetimeSetting = Setting<Duration>(
        "jwt.maximumLifetime",
        default: .seconds(86_400),
        in: .seconds(60) ... .seconds(604_800),
        "How long after `iat` a token may expire at most."
    )

    private static let workspaceClaimSetting = Setting(
        "jwt.workspaceClaim",
        default: "workspace_id",
        "The claim that holds the id of the workspace."
    )

    private static let userClaimSetting = Setting(
        "jwt.userClaim",
        default: "sub",
        "The claim that names the person: by `external_id`, or by id where the person has no external one."
    )

    private static let roleClaimSetting = Setting<String>(
        "jwt.roleClaim",
        "The claim that bounds the role: `admin`, `member` or `viewer`, alone or in a list. It can lower a person's role, not raise it."
    )

    private static let scopeClaimSetting = Setting<String>(
        "jwt.scopeClaim",
        "The claim that bounds the scopes: a text with spaces, or a list. Without it a token has all scopes of its role."
    )

    private static let provisionsUsersSetting = Setting(
        "jwt.provisionUsers",
        default: false,
        "Whether a person whom a token names and the workspace does not know is added to it, as `jwt.roleClaim` says or as a member."
    )

    private static let takesKeysWithoutAlgorithmSetting = Setting(
        "jwt.keysWithoutAlgorithm",
        default: false,
        "Whether keys of the set that name no `alg` are taken; their type then decides, as there is one algorithm for each."
    )

    static let settings = [
        issuerSetting.summaryRow, audienceSetting.summaryRow, keySetSetting.summaryRow, algorithmsSetting.summaryRow,
        leewaySetting.summaryRow, lifetimeSetting.summaryRow, workspaceClaimSetting.summaryRow,
        userClaimSetting.summaryRow, roleClaimSetting.summaryRow, scopeClaimSetting.summaryRow,
        provisionsUsersSetting.summaryRow, takesKeysWithoutAlgorithmSetting.summaryRow,
    ]
}
