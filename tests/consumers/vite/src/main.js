import { SmsHistoryClient } from "voximplant-sms-history";
import { show } from "./show.js";

show(SmsHistoryClient);
