import NIOCore

/// Asks one sentinel after the other where the master is. Belongs to its event loop.
final class MasterSearch {
    typealias Found = (Result<RedisSentinels.Address, RedisError>) -> Void

    private let sentinels: RedisSentinels
    private let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    /// Whom to ask first: another one each time, since one that was cut off from the others may know old news only.
    private var first = 0

    init(_ sentinels: RedisSentinels, _ configuration: RedisConfiguration, eventLoop: any EventLoop) {
        self.sentinels = sentinels
        self.configuration = configuration
        self.eventLoop = eventLoop
    }

    /// Reports once, on the event loop.
    func find(_ report: @escaping Found) {
        let count = sentinels.addresses.count
        let order = sentinels.addresses.indices.map { sentinels.addresses[($0 + first) % count] }
        first = count == 0 ? 0 : (first + 1) % count
        ask(order[...], warnings: [], report)
    }

    private func ask(
        _ addresses: ArraySlice<RedisSentinels.Address>, warnings: [String], _ report: @escaping Found
    ) {
        guard let address = addresses.first else {
            let words = warnings.joined(separator: "; ")
            return report(
                .failure(RedisError(.unreachable, "no sentinel names the master '\(sentinels.master)': \(words)")))
        }
        var asked = configuration
        asked.sentinels = nil
        (asked.host, asked.port) = (address.host, address.port)
        (asked.username, asked.password) = (sentinels.username, sentinels.password)
        asked.connectTimeout = min(configuration.connectTimeout, .seconds(1))
        asked.replyTimeout = min(configuration.replyTimeout, .seconds(1))
        let connector = RedisConnector(configuration: asked, role: .sentinel, scripts: [], eventLoop: eventLoop)
        let next = { [self] (rejection: String) in
            ask(addresses.dropFirst(), warnings: warnings + [rejection], report)
        }
        connector.connect(onEnd: { _ in }) { [name = sentinels.master] result in
            switch result {
            case .failure(let error): next(error.message)
            case .success(let connection):
                connection.send(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", .text(name)]) { result in
                    switch result {
                    case .failure(let error): next(error.message)
                    case .success(let value):
                        let words = value.array?.compactMap(\.string) ?? []
                        if words.count == 2, let port = Int(words[1]) {
                            report(.success(RedisSentinels.Address(host: words[0], port: port)))
                        } else {
                            next("the one at \(address.host):\(address.port) does not know this master")
                        }
                    }
                    connection.finish(RedisError(.closed, "the sentinel has responded"))
                }
            }
        }
    }
}
