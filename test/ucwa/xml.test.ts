import assert from 'node:assert/strict';

import { UcwaProtocolError } from '../../src/ucwa';
import { findElement, parseXml } from '../../src/ucwa/xml';

const broken = [
  '',
  'text',
  '<a>',
  '<a></b>',
  '<a/><b/>',
  '<a>&undefined;</a>',
  '<a>&</a>',
  '<a>&amp</a>',
  '<a b=c/>',
  '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
  '<!DOCTYPE a SYSTEM "http://evil.example/"><a/>',

  '<a>&#1114112;</a>',
  '<a>&#0;</a>',
  '<a>&#xD800;</a>',
  '<a>&constructor;</a>',
  '<a b="1" b="2"/>',
  '<a b="<"/>',
  '<a b="&undefined;"/>',
];

describe('XML', () => {
  describe('parseXml', () => {
    it('reads nested elements by local name', () => {
      const root = parseXml(
        '\uFEFF<?xml version="1.0"?><!-- c --><c:a xmlns:c="urn:x"><c:b q=\'1\'> x &amp; &#x41;&#66; </c:b><d/></c:a>',
      );
      assert.deepEqual(root, {
        name: 'a',
        attributes: {},
        text: '',
        children: [
          { name: 'b', attributes: { q: '1' }, text: ' x & AB ', children: [] },
          { name: 'd', attributes: {}, text: '', children: [] },
        ],
      });
    });

    it('reads attributes by local name, without declarations, entities decoded', () => {
      const root = parseXml(`<a xmlns="urn:a" xmlns:x='urn:x' x:href='/v1?a=1&amp;b="2"' title="one\n two&#10;"/>`);

      assert.deepEqual(root.attributes, { href: '/v1?a=1&b="2"', title: 'one  two\n' });
    });

    it('reads line ends as a newline, and blanks as they are', () => {
      assert.equal(parseXml('<a> one\r\n\rtwo&#13;</a>').text, ' one\n\ntwo\r');
    });

    it('takes CDATA as it is', () => {
      assert.equal(parseXml('<a><![CDATA[<&>]]></a>').text, '<&>');
    });

    it('unescapes once only', () => {
      assert.equal(parseXml('<a>We&amp;#39;ll</a>').text, 'We&#39;ll');
    });

    for (const text of broken) {
      it(`refuses ${text}`, () => {
        assert.throws(() => parseXml(text), UcwaProtocolError);
      });
    }
  });

  describe('parseXml on deep documents', () => {
    it('gives up', () => {
      assert.throws(() => parseXml('<a>'.repeat(60) + '</a>'.repeat(60)), UcwaProtocolError);
    });
  });

  describe('findElement', () => {
    it('finds an element at any depth, itself included', () => {
      const root = parseXml('<x><y><conf-info><conf-uri>u</conf-uri></conf-info></y></x>');
      assert.equal(findElement(root, 'conf-info')?.children[0]?.text, 'u');
      assert.equal(findElement(root, 'x'), root);
      assert.equal(findElement(root, 'z'), undefined);
    });
  });
});
