'use strict';
(function () {
	function openProof() {
		var at = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
		var proof = at && at.closest('details');
		if (proof) { proof.open = true; at.scrollIntoView(); }
	}
	addEventListener('hashchange', openProof);
	addEventListener('beforeprint', function () {
		document.querySelectorAll('details').forEach(function (d) { d.open = true; });
	});
	openProof();

	var contents = document.querySelector('nav details');
	if (contents && innerWidth < 640) contents.open = false;

	var heading = document.getElementById('timeline'), table = null;
	for (var n = heading && heading.nextElementSibling; n && n.tagName !== 'H2' && !table; n = n.nextElementSibling)
		table = n.querySelector('table');
	if (!table) return;
	var rows = Array.prototype.slice.call(table.tBodies[0].rows), lanes = [], off = {};
	rows.forEach(function (row) {
		row.lane = row.cells[1].textContent.trim();
		row.words = row.textContent.toLowerCase();
		if (lanes.indexOf(row.lane) < 0) lanes.push(row.lane);
	});
	var bar = document.createElement('div'), count = document.createElement('span'), words = document.createElement('input');
	bar.className = 'filter';
	bar.setAttribute('role', 'search');
	words.type = 'search';
	words.placeholder = 'words to look for';
	words.setAttribute('aria-label', 'Words to look for in the timeline');
	count.setAttribute('aria-live', 'polite');
	function apply() {
		var shown = 0, wanted = words.value.toLowerCase().split(/\s+/);
		rows.forEach(function (row) {
			var fits = !off[row.lane] && wanted.every(function (w) { return row.words.indexOf(w) >= 0; });
			row.hidden = !fits;
			shown += fits;
		});
		count.textContent = shown + ' of ' + rows.length;
	}
	lanes.forEach(function (lane) {
		var label = document.createElement('label'), box = document.createElement('input');
		box.type = 'checkbox';
		box.checked = true;
		box.addEventListener('change', function () { off[lane] = !box.checked; apply(); });
		label.append(box, ' ' + lane);
		bar.append(label);
	});
	words.addEventListener('input', apply);
	bar.append(words, count);
	table.closest('.table').before(bar);
	apply();
})();
