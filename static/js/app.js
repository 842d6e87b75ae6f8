// Every behaviour of the pages. Each is attached through data- attributes and can be missed.
import "./busy.js";
import "./dialogs.js";
import "./failures.js";
import "./focus.js";
import "./menus.js";
import "./messages.js";
import "./search.js";
