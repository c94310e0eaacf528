import { SmsHistoryClient } from "voximplant-sms-history/inline";
import { show } from "./show.js";

show(SmsHistoryClient);
