import Brokers
import NIOPosix
import Prefork
import Server
import Settings

/// Tries the event broker: connects, and declares what is published to.
enum BrokerHealthCheck {
    static func checks(_ endpoints: Endpoints, sql: SQLConfigurationSelection) -> [HealthCheck] {
        guard let settings = endpoints.eventBroker else { return [] }
        do throws(BootFailure) {
            return [check(settings, try BrokerConfiguration.maker(settings, sql: sql))]
        } catch {
            return [HealthCheck(part: "event_broker", place: "at \(settings.place)", advice: "") { throw error }]
        }
    }

    private static func check(
        _ settings: EventBrokerSettings, _ make: @escaping @Sendable () -> any EventBroker
    ) -> HealthCheck {
        HealthCheck(
            part: "event_broker", place: make().name, advice: advice(settings),
            onRefusal: "correct what is refused at \(settings.place): user and password, names, or certificates"
        ) {
            try await NIOThreadPool.singleton.runIfActive {
                let broker = make()
                defer { broker.close() }
                do throws(BrokerError) {
                    try broker.connect()
                } catch {
                    let isRefused = error.code == .refused
                    throw BootFailure(
                        error.message, status: isRefused ? ExitStatus.noPermission : ExitStatus.unavailable)
                }
            }
            return ""
        }
    }

    private static func advice(_ settings: EventBrokerSettings) -> String {
        if case .file = settings.kind {
            return "let this user write there, or correct 'path' at \(settings.place)"
        }
        return "start the broker, or correct its address at \(settings.place)"
    }
}
