// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let collections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A C library that only a build with the trait needs.
func optional(_ library: String, trait: String) -> Target.Dependency {
    .target(name: library, condition: .when(traits: [trait]))
}

/// One library target of Parley, written in Swift. All know how text from outside is compared.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: ["ExactText"] + dependencies, swiftSettings: swiftSettings)
}

/// The tests of one target; `Tests/<name>Tests` mirrors `Sources/<name>`.
func tests(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude,
        resources: resources, swiftSettings: swiftSettings)
}

let package = Package(
    name: "parley",
    products: [.executable(name: "parley", targets: ["parley"])],
    traits: [
        .trait(name: "PostgreSQL", description: "Tracker stores and event queues in PostgreSQL (libpq-dev)"),
        .trait(name: "MySQL", description: "Tracker stores and event queues in MySQL and MariaDB (libmariadb-dev)"),
        .trait(name: "MongoDB", description: "Tracker stores in MongoDB (libmongoc-dev)"),
        .trait(name: "Kafka", description: "Events for Kafka (librdkafka-dev)"),
        .trait(name: "RabbitMQ", description: "Events for RabbitMQ (librabbitmq-dev)"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CLibYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        .systemLibrary(name: "CRDKafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CRabbitMQ", providers: [.apt(["librabbitmq-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CParleySystem"),
        .target(name: "CKernels"),

        .target(name: "ExactText", dependencies: [collections], swiftSettings: swiftSettings),
        module("JSON", [collections]),
        module("Offloading", ["CParleySystem"]),
        module("Files", []),
        module("Encodings", ["COpenSSL"]),
        module("BSON", ["JSON", collections]),
        module("Dialogue", ["JSON", "Encodings", collections]),
        module("Tensors", ["CKernels", "Offloading"]),
        module("ModelArchive", ["JSON", "Files", "Tensors", "CZlib", "CParleySystem", collections]),
        module(
            "Understanding",
            ["JSON", "Encodings", "Tensors", "ModelArchive", "Offloading", "CPCRE2", collections, logging]),
        module(
            "Policies",
            [
                "JSON", "Dialogue", "Tensors", "ModelArchive", "Understanding", "Offloading", "Encodings", "CZlib",
                collections,
            ]),
        module("Settings", ["JSON", "Encodings", "Files", "CLibYAML", collections]),
        module(
            "WebClient",
            ["JSON", "Settings", "Encodings", "CZlib", nio, nioPosix, nioHTTP1, nioSSL, httpClient, logging]),
        module("Redis", ["CHiredis", "COpenSSL", "Encodings", nio, nioPosix, nioSSL, logging]),
        module(
            "SQL",
            [
                "CSQLite", optional("CPostgreSQL", trait: "PostgreSQL"), optional("CMariaDB", trait: "MySQL"), nio,
                nioPosix, logging,
            ]),
        module("AWS", ["JSON", "Files", "Encodings", "COpenSSL", "WebClient", nio, logging]),
        module("Leases", ["Redis", "JSON", nio, logging]),
        module(
            "Stores",
            [
                "Dialogue", "JSON", "BSON", "Encodings", "Offloading", "Redis", "SQL", "AWS", "WebClient",
                optional("CMongoC", trait: "MongoDB"), nio, nioPosix, logging,
            ]),
        module(
            "Brokers",
            [
                "JSON", "Files", "Encodings", "Settings", "SQL", "CParleySystem", "CZlib", "COpenSSL",
                optional("CRDKafka", trait: "Kafka"), optional("CRabbitMQ", trait: "RabbitMQ"), nio, nioPosix,
                logging,
            ]),
        module(
            "ModelSources",
            ["JSON", "Files", "Encodings", "Settings", "WebClient", "AWS", "COpenSSL", nio, httpClient, logging]),
        module(
            "Assistant",
            [
                "JSON", "Dialogue", "Understanding", "Policies", "ModelArchive", "Leases", "Offloading", "Stores",
                collections, logging,
            ]),
        module(
            "Outbound",
            [
                "JSON", "Dialogue", "Assistant", "Understanding", "Offloading", "Settings", "WebClient", nio,
                httpClient,
                logging,
            ]),
        module("Prefork", ["CParleySystem", logging]),
        module(
            "Training",
            [
                "JSON", "Files", "Settings", "Dialogue", "Understanding", "Policies", "ModelArchive", "Encodings",
                "CZlib", collections,
            ]),
        module("HTTPServer", ["JSON", "Encodings", nio, nioPosix, nioHTTP1, nioSSL, nioTLS, logging, collections]),
        module("WebTokens", ["JSON", "COpenSSL", "Encodings", collections]),
        module(
            "Channels",
            [
                "HTTPServer", "Assistant", "Dialogue", "JSON", "Leases", "Offloading", "Settings", "WebClient",
                "WebTokens", "Redis",
                "COpenSSL", "Encodings", nio, nioWebSocket, logging, collections,
            ]),
        module(
            "API",
            [
                "Channels", "HTTPServer", "WebTokens", "Assistant", "Dialogue", "Encodings", "JSON", "Leases",
                "Offloading", "Stores", "Settings", nio, logging, collections,
            ]),
        .executableTarget(
            name: "parley",
            dependencies: [
                "ExactText", "Prefork", "Settings", "ModelArchive", "Understanding", "Assistant", "Leases", "Stores",
                "Redis", "SQL",
                "Brokers", "ModelSources", "AWS",
                "HTTPServer", "API", "Channels", "Outbound", "WebClient", "WebTokens", "Training", "CParleySystem",
                "Dialogue", "Encodings", "Files", "JSON", "Offloading", nio, nioPosix, logging, arguments,
            ],
            swiftSettings: swiftSettings),

        tests("ExactText"),
        tests("JSON"),
        tests("Offloading"),
        tests("BSON", ["JSON"]),
        tests("Encodings"),
        tests("Files"),
        tests("Stores", ["Dialogue", "JSON", "BSON", "Redis", "SQL", "AWS", "TestSupport", nio, nioPosix, nioSSL]),
        tests("AWS", ["WebClient", "JSON", "TestSupport", nio, nioPosix]),
        tests("WebClient", ["JSON", "TestSupport", "CZlib", nio, nioPosix]),
        tests("Dialogue", ["ExactText", "JSON", "TestSupport"], exclude: ["Fixtures"]),
        tests(
            "Assistant",
            [
                "ExactText", "JSON", "Dialogue", "Leases", "Offloading", "Stores", "ModelArchive", "TestSupport",
                logging,
            ],
            exclude: ["Fixtures"]),
        tests(
            "Policies", ["Dialogue", "ExactText", "JSON", "ModelArchive", "Tensors", "TestSupport"],
            exclude: ["Fixtures"]),
        .target(
            name: "TestSupport",
            dependencies: [
                "BSON", "COpenSSL", "Files", optional("CRabbitMQ", trait: "RabbitMQ"),
                optional("CRDKafka", trait: "Kafka"),
            ],
            path: "Tests/Support", swiftSettings: swiftSettings),
        .target(
            name: "ConversationSupport",
            dependencies: ["Assistant", "Channels", "Dialogue", "HTTPServer", "JSON", "Offloading"],
            path: "Tests/ConversationSupport", swiftSettings: swiftSettings),
        tests("Redis", ["TestSupport", "CHiredis", nio, nioPosix]),
        tests("SQL", ["TestSupport"]),
        tests("ModelArchive", ["JSON", "Files", "Tensors", "CZlib"]),
        tests("Tensors", ["JSON", "Files", "CKernels", "TestSupport"], resources: [.copy("Fixtures")]),
        tests("Settings", ["JSON", "Files"], exclude: ["Fixtures"]),
        tests(
            "ModelSources",
            ["TestSupport", "AWS", "WebClient", "COpenSSL", "Settings", "Encodings", "JSON", nio, nioPosix]),
        tests("Brokers", ["JSON", "Settings", "TestSupport", "SQL", nio, nioPosix, nioSSL, logging]),
        tests("Leases", ["TestSupport", "Redis", "JSON", nio, nioPosix]),
        tests(
            "Understanding",
            ["ExactText", "JSON", "Files", "Encodings", "ModelArchive", "Offloading", "TestSupport", collections],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "Walks", dependencies: ["parley", "JSON", "TestSupport", "CZlib"],
            exclude: ["Assistants", "Fixtures", "record.py", "action_server.py"], swiftSettings: swiftSettings),
        .testTarget(
            name: "EndToEnd", dependencies: ["parley", "JSON", "SQL", "TestSupport", "CZlib"], exclude: ["Fixtures"],
            swiftSettings: swiftSettings),
        tests("Prefork"),
        tests(
            "Training",
            [
                "ExactText", "JSON", "Files", "Dialogue", "Settings", "Understanding", "Policies", "ModelArchive",
                collections,
            ],
            exclude: ["Fixtures"]),
        tests("parley", ["Prefork", "JSON", "TestSupport", arguments]),
        tests("HTTPServer", ["Files", "TestSupport", nio, nioPosix, nioHTTP1, nioEmbedded, nioSSL]),
        tests(
            "Channels",
            [
                "ConversationSupport", "TestSupport", "HTTPServer", "Assistant", "Dialogue", "Encodings", "JSON",
                "Redis",
                "Settings", "WebClient", "WebTokens", nio, nioPosix, collections,
            ]),
        tests("WebTokens", ["JSON", "Files", collections], exclude: ["Fixtures"]),
        tests(
            "API",
            [
                "WebTokens", "TestSupport", "ConversationSupport", "Channels", "HTTPServer", "Assistant", "Dialogue",
                "JSON", nio,
            ]),
    ]
)
